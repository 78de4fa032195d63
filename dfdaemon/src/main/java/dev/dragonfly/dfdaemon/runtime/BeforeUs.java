package dev.dragonfly.dfdaemon.runtime;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The node as it is without us. A file that is as we left it was what the backup says; in one that
 * somebody changed since, only our part is left out; so is it when the record of what we did is
 * lost.
 */
final class BeforeUs implements HostTree {
  private final HostTree now;
  private final StateFolder state;
  private final Map<Path, WrittenFile> written = new HashMap<>();

  BeforeUs(HostTree now, StateFolder state, Written record) {
    this.now = now;
    this.state = state;
    record.files().forEach(file -> written.put(Path.of(file.path()), file));
  }

  @Override
  public Optional<String> read(Path file) {
    Optional<String> text = now.read(file);
    Optional<WrittenFile> ours = Optional.ofNullable(written.get(file));
    if (text.isEmpty()) {
      return text;
    }
    if (ours.isPresent() && !ours.get().differs(text.get())) {
      // Without the backup (deleted by hand) our part is left out, as of a changed file.
      Optional<String> backup = ours.get().existed() ? state.backup(file) : Optional.empty();
      if (backup.isPresent() || !ours.get().existed()) {
        return backup;
      }
    }
    String rest = strip(file, text.get(), ours);
    boolean allOurs = rest.isBlank() && !rest.equals(text.get());
    return allOurs ? Optional.empty() : Optional.of(rest);
  }

  private static String strip(Path file, String text, Optional<WrittenFile> ours) {
    if (file.equals(DockerPlanner.CONFIG)) {
      return ours.map(entry -> DaemonJson.without(text, entry.proxy(), file)).orElse(text);
    }
    return OwnBlock.strip(text);
  }

  @Override
  public List<String> files(Path folder) {
    return now.files(folder).stream().filter(name -> isTheirs(folder.resolve(name))).toList();
  }

  @Override
  public List<String> folders(Path folder) {
    return now.folders(folder);
  }

  @Override
  public boolean exists(Path path) {
    return now.exists(path) && isTheirs(path);
  }

  private boolean isTheirs(Path file) {
    // Others are not opened: binaries and keys have no part of ours.
    boolean mayBeOurs =
        written.containsKey(file) || file.getFileName().toString().matches(".*\\.(toml|conf)");
    return !mayBeOurs
        || !now.files(file.resolveSibling("")).contains(file.getFileName().toString())
        || read(file).isPresent();
  }

  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
