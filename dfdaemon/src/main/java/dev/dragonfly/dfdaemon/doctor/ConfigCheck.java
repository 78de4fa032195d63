package dev.dragonfly.dfdaemon.doctor;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether the configuration can be used.
 *
 * @param failure why it cannot
 */
public record ConfigCheck(Path file, Optional<RuntimeException> failure) implements Check {
  @Override
  public String name() {
    return "configuration";
  }

  @Override
  public Diagnosis examine() {
    if (failure.isEmpty()) {
      return Diagnosis.ok("read " + file);
    }
    String message = String.valueOf(failure.get().getMessage());
    return isForbidden(failure.get())
        ? Diagnosis.notChecked(message, "run it as root, or as the user of the daemon")
        : Diagnosis.problem(
            message, "mend that key; every key and its default is in docs/config/dfdaemon.yaml");
  }

  private static boolean isForbidden(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof AccessDeniedException) {
        return true;
      }
    }
    return false;
  }
}
