package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.PieceStream;
import java.util.Optional;

/**
 * A piece that is being received.
 *
 * @param number which piece
 * @param offset first byte in the task, as the sender says
 * @param length bytes that follow, as the sender says
 * @param digest CRC-32 of the piece, as the sender says
 * @param body the bytes; whoever gets the response closes it
 */
public record PieceResponse(
    int number, long offset, long length, Optional<Digest> digest, PieceStream body)
    implements PieceAnswer, AutoCloseable {
  @Override
  public void close() {
    body.close();
  }
}
