package dev.dragonfly.manager.app;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** What is there only because dashboards of existing installations ask for it. */
final class UpstreamMeters {
  private static final String NONE = "none";

  private UpstreamMeters() {}

  static void bindTo(MeterRegistry registry) {
    release(registry);
    alias(registry, "dragonfly_manager_search", "dragonfly_manager_search_scheduler_cluster");
    alias(
        registry,
        "dragonfly_manager_search_failure",
        "dragonfly_manager_search_scheduler_cluster_failure");
  }

  /** A counter under a further name; upstream adds who asks, which callers can make up. */
  private static void alias(MeterRegistry registry, String name, String further) {
    FunctionCounter.builder(further, registry.counter(name), Counter::count)
        .tags("version", NONE, "commit", NONE)
        .register(registry);
  }

  /** Which release runs: a gauge that is 1. */
  private static void release(MeterRegistry registry) {
    String released = Manager.class.getPackage().getImplementationVersion();
    String version = released == null ? "0.0.0-unpackaged" : released;
    String[] parts = version.split("[.-]");
    Gauge.builder("dragonfly_manager_version", () -> 1)
        .tags(
            Tags.of(
                "major",
                parts[0],
                "minor",
                parts.length > 1 ? parts[1] : "0",
                "git_version",
                version,
                "git_commit",
                NONE,
                "platform",
                System.getProperty("os.name", NONE) + "/" + System.getProperty("os.arch", NONE),
                "build_time",
                NONE))
        .tags("go_version", NONE, "go_tags", NONE, "go_gcflags", NONE)
        .register(registry);
  }
}
