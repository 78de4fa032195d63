package dev.dragonfly.manager.dispatch;

import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Preheats for tests. */
public final class Orders {
  private Orders() {}

  public static PreheatOrder order(String scope, List<Target> finished, String... urls) {
    return new PreheatOrder(
        List.of(urls),
        Map.of("Authorization", "Bearer x"),
        OptionalLong.of(4 << 20),
        "tag",
        "",
        List.of("ns", "Expires"),
        scope,
        List.of("10.0.0.4"),
        OptionalInt.of(2),
        OptionalInt.empty(),
        8,
        500,
        Duration.ofMinutes(1),
        Optional.of(new PreheatOrder.ObjectStorage("r", "e", "k", "s", "", "", "", "", true)),
        Optional.of("delegation"),
        finished,
        List.of(new Target("http://o/a", "h1")));
  }
}
