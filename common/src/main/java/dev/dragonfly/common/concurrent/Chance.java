package dev.dragonfly.common.concurrent;

import java.util.Random;
import java.util.random.RandomGenerator;

/** The source of chance; tests give a seeded one instead. */
public final class Chance {
  private Chance() {}

  /** A generator that is safe for any thread. */
  public static RandomGenerator create() {
    return new Random();
  }
}
