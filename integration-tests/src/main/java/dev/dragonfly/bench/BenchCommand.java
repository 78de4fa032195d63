package dev.dragonfly.bench;

import picocli.CommandLine.Command;

/** Measures. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      ManifestBench.class,
      MemoryBench.class,
      ProxyBench.class,
      RestBench.class,
      StartBench.class,
      SwarmBench.class,
      ImageBench.class,
      PairBench.class
    },
    description = "Measures this build on this machine; docs/benchmarks.md explains the figures.")
public final class BenchCommand {}
