package dev.dragonfly.manager.instance;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A new scheduler, or what to change of one: the name stays. Features without an entry switch it
 * off.
 */
record SchedulerChange(
    @Nullable @Valid Config config,
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String hostName,
    @Nullable @Size(max = 1024) String idc,
    @Nullable @Size(max = 1024) String location,
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String ip,
    @Nullable @PositiveOrZero @Required(groups = Creation.class) Integer port,
    @Nullable @Size(max = 100) List<@NotNull @Size(max = 256) String> features,
    @Nullable @PositiveOrZero @Required(groups = Creation.class) Long schedulerClusterId)
    implements RowChange<SchedulerRow> {

  /**
   * What a scheduler says about itself.
   *
   * @param managerKeepAliveInterval how often it is heard of, in nanoseconds
   */
  record Config(@NotNull @Positive Long managerKeepAliveInterval) {}

  @Override
  public void applyTo(SchedulerRow row) {
    if (row.id() == 0) {
      given(hostName, row::setHostName);
    }
    given(ip, row::setIp);
    given(port, row::setPort);
    given(idc, row::setIdc);
    given(location, row::setLocation);
    given(schedulerClusterId, row::moveTo);
    if (features != null) {
      row.setFeatures(features);
    }
    given(
        config,
        value ->
            row.configure(
                JsonDocument.written(value), Duration.ofNanos(value.managerKeepAliveInterval())));
  }
}
