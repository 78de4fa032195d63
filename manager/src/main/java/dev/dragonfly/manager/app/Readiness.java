package dev.dragonfly.manager.app;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/**
 * Whether the manager can work now: everything that it cannot work without answers. Asks anew each
 * time and waits for a connection as a request does; call from a virtual thread.
 */
@Component
final class Readiness implements BooleanSupplier {
  private final List<HealthIndicator> needed;

  Readiness(List<HealthContributor> known) {
    needed =
        known.stream()
            .filter(HealthIndicator.class::isInstance)
            .map(HealthIndicator.class::cast)
            .toList();
    if (needed.isEmpty()) {
      throw new IllegalStateException("nothing says whether the database answers");
    }
  }

  @Override
  public boolean getAsBoolean() {
    for (HealthIndicator one : needed) {
      Health health = one.health(false);
      if (health == null || !health.getStatus().equals(Status.UP)) {
        return false;
      }
    }
    return true;
  }
}
