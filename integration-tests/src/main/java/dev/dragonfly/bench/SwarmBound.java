package dev.dragonfly.bench;

import dev.dragonfly.lab.LinkRate;
import java.util.List;

/**
 * The least time in which a file can reach everybody when it can be cut into drops: the fluid bound
 * of Kumar and Ross (Peer-assisted file distribution, 2006). The origin has to send each byte once,
 * each peer has to receive each byte over its own link, and all copies have to leave through what
 * all links up have together:
 *
 * <pre>max(F / u_origin, F / d_min, (N + 1) F / (u_origin + sum of u))</pre>
 *
 * <p>The seed begins without the file and is one of the N + 1 receivers. Rates are 0.957 of the
 * links': that is what TCP carries.
 */
final class SwarmBound {
  private SwarmBound() {}

  /**
   * Seconds.
   *
   * @param links of all who receive, the seed among them, each the same up and down
   */
  static double seconds(long length, LinkRate origin, List<LinkRate> links) {
    double up = origin.payload();
    double slowest = Double.MAX_VALUE;
    for (LinkRate link : links) {
      up += link.payload();
      slowest = Math.min(slowest, link.payload());
    }
    double receivers = links.size();
    return Math.max(length / origin.payload(), Math.max(length / slowest, receivers * length / up));
  }
}
