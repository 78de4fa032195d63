package dev.dragonfly.manager.security;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file with one line that only the manager's own user can read. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Writes it in one step; its folder is made when it is not there.
   *
   * @param what the secret, for the message
   * @param key the key of the configuration that names the file
   * @throws DragonflyException CONFIG when it cannot be written
   */
  public static void write(Path file, String secret, String what, String key) {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(temporary);
      // Closed to others from its first byte on: permissions set afterwards would come too late.
      Files.createFile(
          temporary,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(temporary, secret + "\n");
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "tried to write %s to %s, got %s (expected a writable folder); set %s to another path"
              .formatted(what, file, e, key),
          e);
    }
  }

  /** Whether it is there and says this. */
  static boolean says(Path file, String secret) {
    try {
      return Files.exists(file) && Files.readString(file).strip().equals(secret);
    } catch (IOException e) {
      return false;
    }
  }
}
