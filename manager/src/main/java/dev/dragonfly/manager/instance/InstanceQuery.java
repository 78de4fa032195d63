package dev.dragonfly.manager.instance;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.rest.Pages;
import io.swagger.v3.oas.annotations.Parameter;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Pageable;
import org.springframework.web.bind.annotation.BindParam;

/** Which instances a list shall show, as the query says; absent values match all. */
record InstanceQuery(
    @BindParam("host_name") @Parameter(name = "host_name") String hostName,
    String ip,
    String idc,
    String location,
    String state,
    @Nullable Integer page,
    @BindParam("per_page") @Parameter(name = "per_page") @Nullable Integer perPage) {

  InstanceQuery {
    hostName = hostName == null ? "" : hostName;
    ip = ip == null ? "" : ip;
    idc = idc == null ? "" : idc;
    location = location == null ? "" : location;
    state = state == null ? "" : state;
    if (!state.isEmpty() && !state.equals("active") && !state.equals("inactive")) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to read the query, got state=" + state + " (expected active or inactive)");
    }
  }

  Pageable pageable() {
    return Pages.of(page, perPage);
  }
}
