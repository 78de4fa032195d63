package dev.dragonfly.common.piece;

import java.util.BitSet;

/** An immutable set of piece numbers; on the wire piece n is bit n%8 of byte n/8. */
public final class PieceBitmap {
  /** No piece. */
  public static final PieceBitmap EMPTY = new PieceBitmap(new BitSet());

  private final BitSet bits;

  private PieceBitmap(BitSet bits) {
    this.bits = bits;
  }

  /** A copy of the bits. */
  public static PieceBitmap of(BitSet bits) {
    return new PieceBitmap((BitSet) bits.clone());
  }

  /** All pieces below {@code count}. */
  public static PieceBitmap full(int count) {
    BitSet all = new BitSet(count);
    all.set(0, count);
    return new PieceBitmap(all);
  }

  /** From the form of the wire. */
  public static PieceBitmap parse(byte[] wire) {
    return new PieceBitmap(BitSet.valueOf(wire));
  }

  /** The form of the wire, without trailing zero bytes. */
  public byte[] toBytes() {
    return bits.toByteArray();
  }

  /** Whether the piece is in the set. */
  public boolean has(int piece) {
    return bits.get(piece);
  }

  /** Number of pieces in the set. */
  public int count() {
    return bits.cardinality();
  }

  /** A copy that the caller may change. */
  public BitSet toBitSet() {
    return (BitSet) bits.clone();
  }

  /** This set and one more piece. */
  public PieceBitmap with(int piece) {
    BitSet copy = toBitSet();
    copy.set(piece);
    return new PieceBitmap(copy);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PieceBitmap that && bits.equals(that.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return "PieceBitmap" + bits;
  }
}
