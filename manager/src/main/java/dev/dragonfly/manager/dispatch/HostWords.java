package dev.dragonfly.manager.dispatch;

import java.util.List;

/** Kinds of hosts as jobs show them. */
public final class HostWords {
  private static final List<String> WORDS = List.of("normal", "super", "strong", "weak");

  private HostWords() {}

  /**
   * @param type the number on the wire; one without meaning is shown as it is
   */
  public static String of(int type) {
    return type >= 0 && type < WORDS.size() ? WORDS.get(type) : String.valueOf(type);
  }
}
