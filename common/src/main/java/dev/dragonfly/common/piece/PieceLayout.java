package dev.dragonfly.common.piece;

import dev.dragonfly.common.task.ByteRange;
import java.util.OptionalLong;

/**
 * All offset and length arithmetic of a task. Pieces are the unit of the wire, blocks the unit that
 * is verified: a block never crosses a piece, and its length follows from the piece length alone,
 * so that all peers agree on it. With an unknown content length everything but the counts works.
 *
 * @param pieceLength bytes of a piece; the last one may be shorter
 * @param contentLength bytes of the whole, absent while unknown
 */
public record PieceLayout(long pieceLength, OptionalLong contentLength) {
  /** Smallest computed piece, 4 MiB. */
  public static final long MIN_PIECE_LENGTH = 4L << 20;

  /** Largest computed piece, 64 MiB. */
  public static final long MAX_PIECE_LENGTH = 64L << 20;

  /** Pieces of a task; bitmaps of them have 128 KiB at most. */
  public static final int MAX_PIECES = 1 << 20;

  private static final long TARGET_PIECES = 500;
  private static final int MIN_BLOCK_LENGTH = 256 << 10;
  private static final int MAX_BLOCK_LENGTH = 1 << 20;
  private static final int BLOCKS_PER_PIECE = 16;

  /** Blocks that any task can have: those of the largest pieces. */
  public static final long MAX_BLOCKS = MAX_PIECES * (MAX_PIECE_LENGTH / MAX_BLOCK_LENGTH);

  public PieceLayout {
    if (pieceLength <= 0 || pieceLength > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("piece length out of range: " + pieceLength);
    }
    if (contentLength.isPresent() && contentLength.getAsLong() < 0) {
      throw new IllegalArgumentException("negative content length: " + contentLength.getAsLong());
    }
    if (contentLength.isPresent()
        && Math.ceilDiv(contentLength.getAsLong(), pieceLength) > MAX_PIECES) {
      throw new IllegalArgumentException(
          "content of %d bytes has too many pieces of %d bytes"
              .formatted(contentLength.getAsLong(), pieceLength));
    }
  }

  /** The layout of a task of known length. */
  public static PieceLayout of(long pieceLength, long contentLength) {
    return new PieceLayout(pieceLength, OptionalLong.of(contentLength));
  }

  /** Power of two of content length / 500, between 4 and 64 MiB (docs/compatibility.md). */
  public static long computedPieceLength(long contentLength) {
    long target = contentLength / TARGET_PIECES;
    long power = target <= 1 ? 1 : Long.highestOneBit(target - 1) << 1;
    return Math.clamp(power, MIN_PIECE_LENGTH, MAX_PIECE_LENGTH);
  }

  /** Bytes of a block: a sixteenth of a piece, between 256 KiB and 1 MiB, at most the piece. */
  public int blockLength() {
    long share = Math.clamp(pieceLength / BLOCKS_PER_PIECE, MIN_BLOCK_LENGTH, MAX_BLOCK_LENGTH);
    return (int) Math.min(share, pieceLength);
  }

  /** Whether pieces of 4 to 64 MiB can have blocks of this length. */
  public static boolean isBlockLength(int length) {
    return length >= MIN_BLOCK_LENGTH && length <= MAX_BLOCK_LENGTH;
  }

  /** Whether the task can have all these blocks, as far as its length is known. */
  public boolean hasBlocks(long first, int count) {
    long all = contentLength.isPresent() ? blockCount() : MAX_BLOCKS;
    return first >= 0 && count <= all && first <= all - count;
  }

  /** Blocks of a full piece. */
  public int blocksPerPiece() {
    return (int) ((pieceLength + blockLength() - 1) / blockLength());
  }

  /**
   * Number of pieces.
   *
   * @throws IllegalStateException while the content length is unknown
   */
  public int pieceCount() {
    return (int) Math.ceilDiv(known(), pieceLength);
  }

  /** Where a piece lies; its length is that of a full piece while the content length is unknown. */
  public ByteRange piece(int number) {
    return cut((long) number * pieceLength, pieceLength);
  }

  /** Which piece holds the byte. */
  public int pieceAt(long offset) {
    return (int) (offset / pieceLength);
  }

  /** Number of the first block of a piece, counted over the whole task. */
  public long firstBlock(int piece) {
    return (long) piece * blocksPerPiece();
  }

  /** The first block after a piece. */
  public long endBlock(int piece) {
    return firstBlock(piece) + blocksIn(piece);
  }

  /** Which block holds the byte. */
  public long blockAt(long offset) {
    int piece = pieceAt(offset);
    return firstBlock(piece) + (offset - (long) piece * pieceLength) / blockLength();
  }

  /** Which piece holds the block. */
  public int pieceOfBlock(long block) {
    return (int) (block / blocksPerPiece());
  }

  /** Number of blocks in a piece; of a full piece while the content length is unknown. */
  public int blocksIn(int piece) {
    return (int) ((piece(piece).length() + blockLength() - 1) / blockLength());
  }

  /** Number of all blocks; throws while the content length is unknown. */
  public long blockCount() {
    int pieces = pieceCount();
    return pieces == 0 ? 0 : endBlock(pieces - 1);
  }

  /** Where a block lies. */
  public ByteRange block(long block) {
    int number = pieceOfBlock(block);
    ByteRange piece = piece(number);
    long start = piece.start() + (block - firstBlock(number)) * blockLength();
    long length = Math.min(blockLength(), piece.end() - start);
    if (length <= 0) {
      throw new IllegalArgumentException("no block " + block + " in " + this);
    }
    return new ByteRange(start, length);
  }

  private ByteRange cut(long start, long length) {
    if (contentLength.isEmpty()) {
      return new ByteRange(start, length);
    }
    long left = contentLength.getAsLong() - start;
    if (start < 0 || left <= 0) {
      throw new IllegalArgumentException("no piece at offset " + start + " in " + this);
    }
    return new ByteRange(start, Math.min(length, left));
  }

  private long known() {
    return contentLength.orElseThrow(
        () -> new IllegalStateException("content length is not known yet: " + this));
  }
}
