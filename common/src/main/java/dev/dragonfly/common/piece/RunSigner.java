package dev.dragonfly.common.piece;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * Signs digest runs with the key pair of this host, which lives beside the content so that runs
 * stay valid over restarts. Safe for any thread.
 */
public final class RunSigner {
  private static final String PRIVATE_FILE = "reader-key.pk8";
  private static final String PUBLIC_FILE = "reader-key.pub";

  private final byte[] seed;
  private final byte[] publicKey;

  private RunSigner(byte[] seed, byte[] publicKey) {
    this.seed = seed;
    this.publicKey = publicKey;
  }

  /** A signer with a new key pair that is kept nowhere. */
  public static RunSigner create() {
    byte[] seed = Ed25519.newSeed();
    return new RunSigner(seed, Ed25519.publicKey(seed));
  }

  /**
   * The signer whose key pair lies in the folder; makes one the first time. Does file I/O.
   *
   * @throws DragonflyException CONFIG when the files cannot be read or written
   */
  public static RunSigner loadOrCreate(Path folder) {
    Path privateFile = folder.resolve(PRIVATE_FILE);
    Path publicFile = folder.resolve(PUBLIC_FILE);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(privateFile) || !Files.exists(publicFile)) {
        byte[] seed = Ed25519.newSeed();
        write(publicFile, Ed25519.publicKey(seed));
        write(privateFile, Ed25519.toPkcs8(seed));
      }
      byte[] seed = Ed25519.fromPkcs8(Files.readAllBytes(privateFile));
      checkPair(seed, Files.readAllBytes(publicFile), folder);
      return new RunSigner(seed, Ed25519.publicKey(seed));
    } catch (IOException | IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, "cannot use the reader key in " + folder + ": " + e, e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Path temp = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(temp);
    Files.createFile(
        temp, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(temp, bytes, StandardOpenOption.SYNC, StandardOpenOption.WRITE);
    Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true); // or a power loss takes the name, and with it what others trust
    }
  }

  private static void checkPair(byte[] seed, byte[] publicKey, Path folder) {
    if (!Arrays.equals(Ed25519.publicKey(seed), publicKey)) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "the two files of the reader key in " + folder + " do not belong together; remove both");
    }
  }

  /** The raw public key, 32 bytes. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The raw public key as 64 hex characters. */
  public String publicKeyHex() {
    return HexFormat.of().formatHex(publicKey);
  }

  /**
   * Signs a run.
   *
   * @param version the state of the source that was read
   * @param origin from where it was read
   * @param digests 16 bytes for each block
   * @param contentLength bound by the signature where known
   */
  public SignedRun sign(
      TaskId task,
      SourceVersion version,
      SourceOrigin origin,
      int blockLength,
      long firstBlock,
      byte[] digests,
      OptionalLong contentLength) {
    byte[] text =
        RunText.of(task, version, origin, blockLength, firstBlock, digests, contentLength);
    return new SignedRun(
        version,
        origin,
        blockLength,
        firstBlock,
        digests,
        contentLength,
        publicKey.clone(),
        Ed25519.sign(seed, publicKey, text));
  }
}
