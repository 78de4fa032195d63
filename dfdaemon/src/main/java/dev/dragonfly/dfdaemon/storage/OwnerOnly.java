package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * Rights of what the store makes: private content lies in it, and its records name URLs, so nobody
 * but the daemon may look. Disk threads.
 */
final class OwnerOnly {
  static final FileAttribute<Set<PosixFilePermission>> FILE = rights("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER = rights("rwx------");
  private static final Set<PosixFilePermission> COMPLETE =
      PosixFilePermissions.fromString("r--------");

  /** The folder above is closed to others, so this opens nothing but the link outside. */
  private static final Set<PosixFilePermission> LINKED =
      PosixFilePermissions.fromString("r--r--r--");

  private OwnerOnly() {}

  private static FileAttribute<Set<PosixFilePermission>> rights(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  static void createFolders(Path folder) throws IOException {
    Files.createDirectories(folder, FOLDER);
  }

  static void createFolderOf(Path file) throws IOException {
    createFolders(Objects.requireNonNull(file.getParent(), "the store has no files in the root"));
  }

  /** Makes the folder, or takes the rights of others on one that an older version has made. */
  static void closeFolder(Path folder) throws IOException {
    createFolders(folder);
    if (!Files.getPosixFilePermissions(folder).equals(FOLDER.value())) {
      Files.setPosixFilePermissions(folder, FOLDER.value());
    }
  }

  /** Complete content is never written again, not by accident either. */
  static void seal(Path file) throws IOException {
    Files.setPosixFilePermissions(file, COMPLETE);
  }

  /** Content that lost bytes is written again. */
  static void unseal(Path file) throws IOException {
    Files.setPosixFilePermissions(file, FILE.value());
  }

  /** Others may read the file where it is linked outside of the store; nobody may write it. */
  static void allowReading(Path file) throws IOException {
    Files.setPosixFilePermissions(file, LINKED);
  }
}
