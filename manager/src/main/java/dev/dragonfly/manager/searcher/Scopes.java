package dev.dragonfly.manager.searcher;

import java.util.List;

/**
 * Whom a cluster is meant for, as its owner wrote it. Empty means: not said.
 *
 * @param idc data centres, separated by {@code |}
 * @param location from large to small, separated by {@code |}
 * @param cidrs networks of daemons
 * @param hostnames RE2 expressions that may match anywhere in a hostname
 */
public record Scopes(String idc, String location, List<String> cidrs, List<String> hostnames) {
  /** Says nothing about anybody. */
  public static final Scopes NONE = new Scopes("", "", List.of(), List.of());

  public Scopes {
    cidrs = List.copyOf(cidrs);
    hostnames = List.copyOf(hostnames);
  }
}
