package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A peer that somebody enters by hand. */
record NewPeer(
    @NotEmpty @Size(max = 256) String hostName,
    @NotNull @Pattern(regexp = "super|normal", message = "must be super or normal") String type,
    @Nullable @Size(max = 1024) String idc,
    @Nullable @Size(max = 1024) String location,
    @NotEmpty @Size(max = 256) String ip,
    @NotNull @Positive Integer port,
    @NotNull @Positive Integer downloadPort,
    @NotNull @Positive Integer proxyPort,
    @Nullable @PositiveOrZero Integer objectStoragePort,
    @Nullable @Pattern(regexp = "active|inactive|", message = "must be active or inactive")
        String state,
    @Nullable @Size(max = 256) String os,
    @Nullable @Size(max = 256) String platform,
    @Nullable @Size(max = 256) String platformFamily,
    @Nullable @Size(max = 256) String platformVersion,
    @Nullable @Size(max = 256) String kernelVersion,
    @Nullable @Size(max = 256) String gitVersion,
    @Nullable @Size(max = 256) String gitCommit,
    @Nullable @Size(max = 256) String buildPlatform,
    @NotNull @Positive Long schedulerClusterId)
    implements RowChange<PeerRow> {
  @Override
  public void applyTo(PeerRow row) {
    row.fill(this);
  }
}
