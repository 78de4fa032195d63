package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file system of a node, which may be mounted somewhere: in an init container its root is a
 * folder. Links are followed as the node would follow them, so that none leads out of that folder.
 */
final class NodeFolder implements HostTree {
  private static final int MOST_LINKS = 40;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path root;

  NodeFolder(Path root) {
    this.root = root.toAbsolutePath().normalize();
    if (!Files.isDirectory(this.root)) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "there is no folder " + root);
    }
  }

  @Override
  public Optional<String> read(Path file) {
    Path real = locate(file);
    if (!Files.isRegularFile(real)) {
      return Optional.empty();
    }
    try {
      // Strict: what is decoded here is written back byte for byte.
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(real)))
              .toString());
    } catch (CharacterCodingException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, file + " is not UTF-8; nothing was changed there", e);
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  @Override
  public List<String> files(Path folder) {
    return names(folder, Files::isRegularFile);
  }

  @Override
  public List<String> folders(Path folder) {
    return names(folder, Files::isDirectory);
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(locate(path), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Writes a file in one step, with the owner and the permissions of the one it replaces.
   *
   * @param secret whether only its owner may read it, if it is new
   * @return the folders that were made for it, outermost first
   */
  List<Path> write(Path file, String text, boolean secret) {
    Path real = locate(file);
    List<Path> made = new ArrayList<>();
    @Nullable Path fresh = null;
    try {
      makeFolders(file.getParent(), made);
      fresh = Files.createTempFile(real.getParent(), ".dragonfly", ".tmp");
      Files.writeString(fresh, text);
      if (Files.exists(real)) {
        PosixFileAttributes former = Files.readAttributes(real, PosixFileAttributes.class);
        Files.setPosixFilePermissions(fresh, former.permissions());
        if (!former.owner().equals(Files.getOwner(fresh))) {
          Files.setOwner(fresh, former.owner());
        }
      } else {
        Files.setPosixFilePermissions(
            fresh, PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--"));
      }
      Files.move(fresh, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return made;
    } catch (IOException e) {
      discard(fresh);
      throw failed("write", file, e);
    }
  }

  /** Deletes a file; none is success. */
  void delete(Path file) {
    try {
      Files.deleteIfExists(locate(file));
    } catch (IOException e) {
      throw failed("delete", file, e);
    }
  }

  /** Deletes a folder if nothing is in it; whether it is gone. */
  boolean deleteIfEmpty(Path folder) {
    try {
      Files.deleteIfExists(locate(folder));
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false; // Others use it.
    } catch (IOException e) {
      throw failed("delete", folder, e);
    }
  }

  /**
   * Makes a file, which only its owner may read, and locks it. None when another run has it, or had
   * it a moment ago; then trying again helps.
   *
   * @param made gets the folders that were made for it, outermost first
   */
  Optional<FileChannel> lock(Path file, Collection<Path> made) {
    Path real = locate(file);
    try {
      makeFolders(file.getParent(), made);
      if (!Files.exists(real)) {
        Files.createFile(real, OWNER_ONLY);
      }
      // The former owner deletes the file: what was opened may not be what is there now, and a lock
      // on that would keep
      // nobody away. Looking at it by its name only: to open and close it once more would give the
      // lock back.
      List<Object> before = identity(real);
      FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE);
      if (isLocked(channel) && identity(real).equals(before)) {
        return Optional.of(channel);
      }
      channel.close();
      return Optional.empty();
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      return Optional.empty(); // Another run made or deleted the file or its folder at this moment.
    } catch (IOException e) {
      throw failed("lock", file, e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // By this very process.
    }
  }

  /** The number of a file is soon given to another one, the time of its birth is not. */
  private static List<Object> identity(Path real) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
    return List.of(attributes.fileKey(), attributes.creationTime());
  }

  private void makeFolders(@Nullable Path folder, Collection<Path> made) throws IOException {
    if (folder == null || Files.isDirectory(locate(folder))) {
      return;
    }
    makeFolders(folder.getParent(), made);
    Files.createDirectory(locate(folder));
    made.add(folder);
  }

  private List<String> names(Path folder, Predicate<Path> kind) {
    Path real = locate(folder);
    if (!Files.isDirectory(real)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(real)) {
      List<String> names = new ArrayList<>();
      all.map(path -> path.getFileName().toString())
          .filter(name -> kind.test(locate(folder.resolve(name))))
          .forEach(names::add);
      Collections.sort(names);
      return names;
    } catch (IOException e) {
      throw failed("read", folder, e);
    }
  }

  /** Where a path of the node is. */
  private Path locate(Path path) {
    Deque<Path> left = new ArrayDeque<>();
    path.forEach(left::add);
    Path at = Path.of("/");
    int links = 0;
    while (!left.isEmpty()) {
      Path name = left.remove();
      if (name.toString().equals("..")) {
        at = at.getParent() == null ? at : at.getParent();
        continue;
      }
      Path next = at.resolve(name);
      if (!Files.isSymbolicLink(real(next))) {
        at = next;
        continue;
      }
      Path target = target(next);
      if (++links > MOST_LINKS) {
        throw new DragonflyException(ErrorCode.CONFIG, path + " goes through links in a circle");
      }
      at = target.isAbsolute() ? Path.of("/") : at;
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        left.addFirst(target.getName(i));
      }
    }
    return real(at);
  }

  private Path target(Path link) {
    try {
      return Files.readSymbolicLink(real(link));
    } catch (IOException e) {
      throw failed("read", link, e);
    }
  }

  private Path real(Path path) {
    return root.resolve(Path.of("/").relativize(path).toString());
  }

  private static void discard(@Nullable Path file) {
    if (file != null && !file.toFile().delete()) {
      file.toFile().deleteOnExit();
    }
  }

  private static DragonflyException failed(String what, Path path, IOException e) {
    return new DragonflyException(
        e instanceof AccessDeniedException
            ? ErrorCode.PERMISSION_DENIED
            : ErrorCode.FAILED_PRECONDITION,
        "cannot " + what + " " + path + " on the node: " + e,
        e);
  }
}
