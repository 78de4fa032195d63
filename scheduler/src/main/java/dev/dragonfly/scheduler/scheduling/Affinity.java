package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.host.Host;
import java.util.Optional;

/** How close two hosts are, from what they announce; pure. */
final class Affinity {
  private static final int COMPARED_ELEMENTS = 5;

  private Affinity() {}

  /** 1 in the same data centre, else 0. */
  static double idc(Host a, Host b) {
    return a.idc().isPresent()
            && b.idc().isPresent()
            && a.idc().get().equalsIgnoreCase(b.idc().get())
        ? 1
        : 0;
  }

  /** Share of equal leading elements of the location, 0 to 1; at most five count. */
  static double location(Host a, Host b) {
    return location(a.location(), b.location());
  }

  private static double location(Optional<String> a, Optional<String> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return 0;
    }
    if (a.get().equalsIgnoreCase(b.get())) {
      return 1;
    }
    String[] left = a.get().split("\\|", -1);
    String[] right = b.get().split("\\|", -1);
    int most = Math.min(COMPARED_ELEMENTS, Math.min(left.length, right.length));
    int equal = 0;
    while (equal < most && left[equal].equalsIgnoreCase(right[equal])) {
      equal++;
    }
    return (double) equal / COMPARED_ELEMENTS;
  }
}
