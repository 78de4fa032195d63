package dev.dragonfly.manager.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/** Says which release runs: a gauge that is 1, with the labels that dashboards ask for. */
final class ReleaseMeter {
  private static final String NONE = "none";

  private ReleaseMeter() {}

  static void bindTo(MeterRegistry registry) {
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
