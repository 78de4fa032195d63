package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.job.PreheatOrder.Earlier;
import dev.dragonfly.scheduler.job.PreheatOrder.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Orders that tests need again and again. */
final class SampleOrders {
  private static final Pace PACE = new Pace(8, 500, Optional.empty());

  private SampleOrders() {}

  static PreheatOrder order(List<String> urls, PreheatScope scope, HostFilter filter) {
    return order(urls, scope, filter, PACE, false, Earlier.NOTHING);
  }

  static PreheatOrder paced(List<String> urls, PreheatScope scope, int contents, int hosts) {
    Pace pace = new Pace(contents, hosts, Optional.of(Duration.ofMinutes(10)));
    return order(urls, scope, HostFilter.ALL, pace, false, Earlier.NOTHING);
  }

  static PreheatOrder secret(List<String> urls, PreheatScope scope) {
    return order(urls, scope, HostFilter.ALL, PACE, true, Earlier.NOTHING);
  }

  static PreheatOrder takeover(List<String> urls, PreheatScope scope, Earlier earlier) {
    return order(urls, scope, HostFilter.ALL, PACE, false, earlier);
  }

  private static PreheatOrder order(
      List<String> urls,
      PreheatScope scope,
      HostFilter filter,
      Pace pace,
      boolean secret,
      Earlier earlier) {
    return new PreheatOrder(
        TaskSpec.ofUrl(urls.getFirst()), urls, scope, filter, pace, secret, earlier);
  }
}
