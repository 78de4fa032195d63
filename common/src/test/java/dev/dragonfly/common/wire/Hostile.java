package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import dev.dragonfly.common.piece.PieceLayout;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** One hostile message: what is wrong, the field that is to be named, and who reads it. */
record Hostile(String wrong, String field, Callable<?> reading) {
  static final ByteString LONG_BITMAP = bytes(PieceLayout.MAX_PIECES / Byte.SIZE + 1);

  static Hostile hostile(String wrong, String field, Callable<?> reading) {
    return new Hostile(wrong, field, reading);
  }

  static <B> B changed(B builder, Consumer<B> change) {
    change.accept(builder);
    return builder;
  }

  static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  void assertRefused() {
    Samples.assertInvalid(() -> reading.call(), field);
  }

  @Override
  public String toString() {
    return field + " " + wrong;
  }
}
