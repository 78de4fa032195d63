package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.web.bind.annotation.BindParam;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The seed peers over REST. */
@RestController
@RequestMapping("/api/v1/seed-peers")
@Tag(name = "seed-peers")
final class SeedPeerController
    extends InstanceController<
        SeedPeerRow, SeedPeerController.SeedPeerQuery, SeedPeerChange, SeedPeerView> {

  SeedPeerController(SeedPeerStore store, RowChanges changes, Registrations registrations) {
    super(store, changes, registrations, SeedPeerRow::empty, SeedPeerView::of);
  }

  /** Which seed peers a list shall show. */
  record SeedPeerQuery(
      @BindParam("host_name") @Parameter(name = "host_name") @Nullable String hostName,
      @Nullable @Pattern(regexp = "super|", message = "must be super") String type,
      @Nullable String ip,
      @Nullable String idc,
      @Nullable String location,
      @Nullable @Pattern(regexp = "active|inactive|", message = "must be active or inactive")
          String state,
      @Nullable @PositiveOrZero Integer port,
      @BindParam("download_port") @Parameter(name = "download_port") @Nullable @PositiveOrZero
          Integer downloadPort,
      @BindParam("object_storage_port")
          @Parameter(name = "object_storage_port")
          @Nullable
          @PositiveOrZero
          Integer objectStoragePort,
      @BindParam("seed_peer_cluster_id")
          @Parameter(name = "seed_peer_cluster_id")
          @Nullable
          @PositiveOrZero
          Long seedPeerClusterId)
      implements RowFilter<SeedPeerRow> {
    @Override
    public Specification<SeedPeerRow> specification() {
      return InstanceRow.<SeedPeerRow>matching(hostName, ip, idc, location, state)
          .equal("type", type)
          .equal("port", port)
          .equal("downloadPort", downloadPort)
          .equal("objectStoragePort", objectStoragePort)
          .equal("seedPeerClusterId", seedPeerClusterId)
          .specification();
    }
  }
}
