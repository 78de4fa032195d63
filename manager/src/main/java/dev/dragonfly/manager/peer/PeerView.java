package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.cluster.SchedulerClusterView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/** A peer as REST shows it, with its cluster. */
record PeerView(
    long id,
    Instant createdAt,
    Instant updatedAt,
    int isDel,
    String hostName,
    String type,
    String idc,
    String location,
    String ip,
    int port,
    int downloadPort,
    int proxyPort,
    int objectStoragePort,
    @Schema(allowableValues = {"active", "inactive"}) String state,
    String os,
    String platform,
    String platformFamily,
    String platformVersion,
    String kernelVersion,
    String gitVersion,
    String gitCommit,
    String buildPlatform,
    long schedulerClusterId,
    SchedulerClusterView schedulerCluster) {}
