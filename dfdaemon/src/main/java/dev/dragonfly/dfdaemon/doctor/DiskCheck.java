package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.config.DataSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whether content can be kept: room, files, rights, and what kind of file system it is.
 *
 * @param least room that there should be
 */
public record DiskCheck(Patient patient, DataSize least) implements Check {
  private static final int FEW_FILES = 10_000;
  private static final int PATIENCE_SECONDS = 2;
  private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");
  private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "cifs", "fuse.sshfs", "9p");

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public Diagnosis examine() {
    Path folder = patient.storage();
    try {
      if (!Files.exists(folder)) {
        return Diagnosis.warning(
            "there is no folder " + folder + " yet", "the daemon makes it at its first start");
      }
      if (!Files.isExecutable(folder)) {
        return Diagnosis.notChecked(
            "this user may not look into " + folder,
            "run it as root, or as the user of the daemon");
      }
      FileStore store = Files.getFileStore(folder);
      Diagnoses diagnoses = new Diagnoses();
      diagnoses.add(room(folder, store));
      diagnoses.add(files(folder));
      diagnoses.add(kind(folder, store.type()));
      return diagnoses.joined();
    } catch (IOException e) {
      return Diagnosis.problem(
          "cannot use storage.dir " + folder + ": " + e, "look at the disk, 'dmesg' may say more");
    }
  }

  private Diagnosis room(Path folder, FileStore store) throws IOException {
    if (store.isReadOnly()) {
      return Diagnosis.problem(
          folder + " is on a file system that is read-only",
          "mount it for writing, or move storage.dir in " + patient.config());
    }
    long usable = store.getUsableSpace();
    String text =
        "%s of %s are free in %s (%s)"
            .formatted(
                DataSize.rounded(usable),
                DataSize.rounded(store.getTotalSpace()),
                folder,
                store.type());
    if (usable < least.bytes()) {
      return Diagnosis.problem(
          text + ", less than " + least,
          "free some ('dfctl task delete' takes content away), or move storage.dir in "
              + patient.config());
    }
    return Diagnosis.ok(text);
  }

  private static Diagnosis files(Path folder) {
    OptionalLong free = freeFiles(folder);
    return free.isPresent() && free.getAsLong() < FEW_FILES
        ? Diagnosis.problem(
            "only " + free.getAsLong() + " more files can be made in " + folder,
            "the file system is out of inodes, see 'df -i "
                + folder
                + "': delete small files there")
        : Diagnosis.ok("files can be made there");
  }

  /** Java does not tell; without the command of the node, or without a limit, nothing is said. */
  private static OptionalLong freeFiles(Path folder) {
    try {
      Process process =
          new ProcessBuilder(List.of("stat", "-f", "-c", "%c %d", folder.toString()))
              .redirectErrorStream(true)
              .start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          return OptionalLong.empty();
        }
        String[] said =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        boolean isLimited = said.length == 2 && !said[0].equals("0");
        return isLimited ? OptionalLong.of(Long.parseLong(said[1])) : OptionalLong.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  private Diagnosis kind(Path folder, String type) {
    String advice = "move storage.dir in " + patient.config() + " to a local disk";
    if (MEMORY.contains(type)) {
      return Diagnosis.warning(
          folder + " is in memory (" + type + "): content takes it away from everything else",
          advice);
    }
    return REMOTE.contains(type)
        ? Diagnosis.warning(folder + " is on another machine (" + type + ")", advice)
        : Diagnosis.ok("a local file system");
  }
}
