package dev.dragonfly.manager.row;

/** Texts of others as columns can hold them. */
public final class Texts {
  private Texts() {}

  /** At most so long, and without what PostgreSQL cannot keep. */
  public static String cut(String text, int length) {
    String plain = text.replace("\0", "");
    return plain.length() > length ? plain.substring(0, length) : plain;
  }
}
