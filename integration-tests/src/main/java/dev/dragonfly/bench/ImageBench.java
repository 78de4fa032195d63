package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.lab.LabException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** An image to many nodes at once, through their proxies, beside the least time possible. */
@Command(
    name = "image",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "An image of 12 layers pulled by N nodes at once, three blobs at a time, through their proxies, each behind a shaped link (root only).",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dragonfly bench image --peers 10 --rate 100mbit",
      "  ./dragonfly bench image --peers 10 --rate 100mbit --rounds 5 --json"
    })
final class ImageBench implements Callable<Integer> {
  @Mixin private SwarmOptions options = new SwarmOptions();

  @Override
  public Integer call() {
    try {
      SwarmSettings settings =
          new SwarmSettings(
              options.peers(),
              ImagePulls.BYTES,
              options.rate(),
              options.originRate(),
              0,
              options.rate(),
              0,
              SwarmSettings.Victim.NOBODY);
      return new SwarmReport(settings, options).run(cluster -> new ImagePulls(cluster, settings));
    } catch (IllegalArgumentException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 2;
    } catch (LabException | ClusterException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 1;
    }
  }
}
