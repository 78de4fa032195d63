package dev.dragonfly.scenario;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A cluster that several test classes use, for its start takes longer than most of them. The first
 * class that takes a {@link LocalCluster} as parameter starts it; it ends when a class takes one of
 * another kind, or with the last test. {@link Order} only saves starts: the tests are right in any
 * order, so each has files and origins of its own and looks at differences of what the cluster
 * counts.
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
        .computeIfAbsent(Running.class, key -> new Running(), Running.class)
        .of(this);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return of(context);
  }

  /** The one that runs: more at a time would need a gibibyte and a half of memory each. */
  private static final class Running implements AutoCloseable {
    private Optional<Class<?>> kind = Optional.empty();
    private Optional<LocalCluster> cluster = Optional.empty();

    synchronized LocalCluster of(SharedCluster wanted) {
      if (!kind.equals(Optional.of(wanted.getClass()))) {
        close();
        cluster = Optional.of(wanted.start());
        kind = Optional.of(wanted.getClass());
      }
      return cluster.orElseThrow();
    }

    @Override
    public synchronized void close() {
      kind = Optional.empty();
      cluster.ifPresent(LocalCluster::close);
      cluster = Optional.empty();
    }
  }

  /** Classes that share a cluster follow each other; those with one of their own come first. */
  public static final class Order implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
      context.getClassDescriptors().sort(Comparator.comparing(Order::shared));
    }

    private static String shared(ClassDescriptor test) {
      return test.findRepeatableAnnotations(ExtendWith.class).stream()
          .flatMap(extension -> Arrays.stream(extension.value()))
          .filter(SharedCluster.class::isAssignableFrom)
          .map(Class::getName)
          .findFirst()
          .orElse("");
    }
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
