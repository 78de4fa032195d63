package dev.dragonfly.manager.instance;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.Required;
import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A new seed peer, or what to change of one: the name stays. */
record SeedPeerChange(
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String hostName,
    @Nullable
        @Required(groups = Creation.class)
        @Pattern(regexp = "super|", message = "must be super")
        String type,
    @Nullable @Size(max = 1024) String idc,
    @Nullable @Size(max = 1024) String location,
    @Nullable @Required(groups = Creation.class) @Size(max = 256) String ip,
    @Nullable @PositiveOrZero @Required(groups = Creation.class) Integer port,
    @Nullable @PositiveOrZero @Required(groups = Creation.class) Integer downloadPort,
    @Nullable @PositiveOrZero Integer objectStoragePort,
    @Nullable @PositiveOrZero @Required(groups = Creation.class) Long seedPeerClusterId)
    implements RowChange<SeedPeerRow> {

  @Override
  public void applyTo(SeedPeerRow row) {
    if (row.id() == 0) {
      given(hostName, row::setHostName);
    }
    given(type, row::setType);
    given(ip, row::setIp);
    given(port, row::setPort);
    given(idc, row::setIdc);
    given(location, row::setLocation);
    given(downloadPort, row::setDownloadPort);
    given(objectStoragePort, row::setObjectStoragePort);
    given(seedPeerClusterId, row::moveTo);
  }
}
