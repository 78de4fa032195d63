package dev.dragonfly.dfdaemon.piece;

import java.util.random.RandomGenerator;

/**
 * Makes the picker of a download from a source of chance; tests give a seeded one.
 *
 * @param random source of chance, safe for the threads of one download
 */
public record PiecePickerSource(RandomGenerator random) {
  PiecePicker create() {
    return new PiecePicker(random);
  }
}
