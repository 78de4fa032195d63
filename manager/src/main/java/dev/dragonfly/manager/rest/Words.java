package dev.dragonfly.manager.rest;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names as the REST interface writes them. */
final class Words {
  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

  private Words() {}

  /** {@code schedulerClusterId} becomes {@code scheduler_cluster_id}. */
  static String snakeCase(String name) {
    return HUMP.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }
}
