package dev.dragonfly.scenario;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A cluster that several test classes use, for its start takes longer than most of them. The first
 * class that takes a {@link LocalCluster} as parameter starts it, and it ends with the last test of
 * the virtual machine. Classes come in any order, so each has files and origins of its own and
 * looks at differences of what the cluster counts.
 */
public abstract sealed class SharedCluster implements ParameterResolver {
  private static final Duration SOON = Duration.ofSeconds(2);

  LocalCluster start() {
    return LocalCluster.start(settings());
  }

  abstract ClusterSettings settings();

  final LocalCluster of(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedCluster.class))
        .computeIfAbsent(getClass(), key -> start(), LocalCluster.class);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return of(context);
  }

  /** Three peers, everything as in production; nobody does it any harm. */
  public static final class Healthy extends SharedCluster {
    @Override
    ClusterSettings settings() {
      return ClusterSettings.ofPeers(3);
    }
  }

  /**
   * Three peers that speak often, and a seed that gives little; whatever a test kills or freezes
   * lives again after it.
   */
  public static final class Mortal extends SharedCluster implements AfterEachCallback {
    private static final long SEED_RATE = 16 << 20;

    @Override
    ClusterSettings settings() {
      return ClusterSettings.ofPeers(3)
          .withSeedRate(SEED_RATE)
          .withIntervals(SOON, SOON)
          .withJobLease(Duration.ofSeconds(5));
    }

    @Override
    public void afterEach(ExtensionContext test) {
      of(test).revive();
    }
  }

  /** Four peers without a seed, of which the first sends slowly. */
  public static final class Seedless extends SharedCluster {
    /** Bytes per second of the first peer. */
    static final long SLOW = 2 << 20;

    @Override
    ClusterSettings settings() {
      return ClusterSettings.ofPeers(4).withPeerRates(List.of(SLOW)).withIntervals(SOON, SOON);
    }

    @Override
    LocalCluster start() {
      LocalCluster cluster = super.start();
      cluster.seed().process().stop();
      return cluster;
    }
  }

  /** Two peers, for floods of what no honest caller sends. */
  public static final class UnderFire extends SharedCluster {
    @Override
    ClusterSettings settings() {
      return ClusterSettings.ofPeers(2);
    }
  }
}
