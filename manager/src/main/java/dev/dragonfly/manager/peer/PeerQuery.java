package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.web.bind.annotation.BindParam;

/** Which peers a list shall show. */
record PeerQuery(
    @BindParam("host_name") @Parameter(name = "host_name") @Nullable String hostName,
    @Nullable @Pattern(regexp = "super|normal|", message = "must be super or normal") String type,
    @Nullable String idc,
    @Nullable String location,
    @Nullable String ip,
    @Nullable @PositiveOrZero Integer port,
    @BindParam("download_port") @Parameter(name = "download_port") @Nullable @PositiveOrZero
        Integer downloadPort,
    @BindParam("proxy_port") @Parameter(name = "proxy_port") @Nullable @PositiveOrZero
        Integer proxyPort,
    @BindParam("object_storage_port")
        @Parameter(name = "object_storage_port")
        @Nullable
        @PositiveOrZero
        Integer objectStoragePort,
    @Nullable @Pattern(regexp = "active|inactive|", message = "must be active or inactive")
        String state,
    @Nullable String os,
    @Nullable String platform,
    @BindParam("platform_family") @Parameter(name = "platform_family")
        @Nullable String platformFamily,
    @BindParam("platform_version") @Parameter(name = "platform_version")
        @Nullable String platformVersion,
    @BindParam("kernel_version") @Parameter(name = "kernel_version") @Nullable String kernelVersion,
    @BindParam("git_version") @Parameter(name = "git_version") @Nullable String gitVersion,
    @BindParam("git_commit") @Parameter(name = "git_commit") @Nullable String gitCommit,
    @BindParam("build_platform") @Parameter(name = "build_platform") @Nullable String buildPlatform,
    @BindParam("scheduler_cluster_id")
        @Parameter(name = "scheduler_cluster_id")
        @Nullable
        @PositiveOrZero
        Long schedulerClusterId)
    implements RowFilter<PeerRow> {
  @Override
  public Specification<PeerRow> specification() {
    return new Match<PeerRow>()
        .equal("hostName", hostName)
        .equal("type", type)
        .equal("idc", idc)
        .equal("location", location)
        .equal("ip", ip)
        .equal("port", port)
        .equal("downloadPort", downloadPort)
        .equal("proxyPort", proxyPort)
        .equal("objectStoragePort", objectStoragePort)
        .equal("state", state)
        .equal("os", os)
        .equal("platform", platform)
        .equal("platformFamily", platformFamily)
        .equal("platformVersion", platformVersion)
        .equal("kernelVersion", kernelVersion)
        .equal("gitVersion", gitVersion)
        .equal("gitCommit", gitCommit)
        .equal("buildPlatform", buildPlatform)
        .equal("schedulerClusterId", schedulerClusterId)
        .specification();
  }
}
