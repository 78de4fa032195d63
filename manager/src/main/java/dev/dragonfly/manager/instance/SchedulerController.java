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

/** The schedulers over REST. */
@RestController
@RequestMapping("/api/v1/schedulers")
@Tag(name = "schedulers")
final class SchedulerController
    extends InstanceController<
        SchedulerRow, SchedulerController.SchedulerQuery, SchedulerChange, SchedulerView> {

  SchedulerController(SchedulerStore store, RowChanges changes, Registrations registrations) {
    super(store, changes, registrations, SchedulerRow::empty, SchedulerView::of);
  }

  /** Which schedulers a list shall show. */
  record SchedulerQuery(
      @BindParam("host_name") @Parameter(name = "host_name") @Nullable String hostName,
      @Nullable String ip,
      @Nullable String idc,
      @Nullable String location,
      @Nullable @Pattern(regexp = "active|inactive|", message = "must be active or inactive")
          String state,
      @BindParam("scheduler_cluster_id")
          @Parameter(name = "scheduler_cluster_id")
          @Nullable
          @PositiveOrZero
          Long schedulerClusterId)
      implements RowFilter<SchedulerRow> {
    @Override
    public Specification<SchedulerRow> specification() {
      return InstanceRow.<SchedulerRow>matching(hostName, ip, idc, location, state)
          .equal("schedulerClusterId", schedulerClusterId)
          .specification();
    }
  }
}
