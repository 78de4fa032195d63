package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.row.Texts;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The list of peers of a cluster, written from what a scheduler knows. Blocks on the database. */
@Component
public final class Peers {
  private static final int MAX_NAME = 256;
  private static final int MAX_PLACE = 1_024;
  private static final String UPSERT =
      """
      INSERT INTO peers (created_at, updated_at, state, scheduler_cluster_id, host_name, ip, type, idc,
          location, port, download_port, proxy_port, os, platform, platform_family, platform_version,
          kernel_version, git_version, git_commit, build_platform)
      VALUES (now(), now(), 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (host_name, ip, scheduler_cluster_id) DO UPDATE SET updated_at = now(), state = 'active',
          type = excluded.type, idc = excluded.idc, location = excluded.location, port = excluded.port,
          download_port = excluded.download_port, proxy_port = excluded.proxy_port, os = excluded.os,
          platform = excluded.platform, platform_family = excluded.platform_family,
          platform_version = excluded.platform_version, kernel_version = excluded.kernel_version,
          git_version = excluded.git_version, git_commit = excluded.git_commit,
          build_platform = excluded.build_platform
      """;

  private final JdbcClient jdbc;
  private final JdbcTemplate batches;

  Peers(JdbcClient jdbc, JdbcTemplate batches) {
    this.jdbc = jdbc;
    this.batches = batches;
  }

  /** Makes the list say this and no more; rows of hosts that stay keep their numbers. */
  public void replace(long clusterId, List<KnownHost> hosts) {
    batches.batchUpdate(UPSERT, hosts.stream().map(host -> columns(clusterId, host)).toList());
    // In one transaction all have the same now(): what is older was not in the list.
    jdbc.sql("DELETE FROM peers WHERE scheduler_cluster_id = :cluster AND updated_at <> now()")
        .param("cluster", clusterId)
        .update();
  }

  private static Object[] columns(long clusterId, KnownHost host) {
    return new Object[] {
      clusterId,
      Texts.cut(host.host().hostname(), MAX_NAME),
      Texts.cut(host.host().ip(), MAX_NAME),
      host.host().type(),
      Texts.cut(host.idc(), MAX_PLACE),
      Texts.cut(host.location(), MAX_PLACE),
      host.port(),
      host.downloadPort(),
      host.proxyPort(),
      Texts.cut(host.os(), MAX_NAME),
      Texts.cut(host.platform(), MAX_NAME),
      Texts.cut(host.platformFamily(), MAX_NAME),
      Texts.cut(host.platformVersion(), MAX_NAME),
      Texts.cut(host.kernelVersion(), MAX_NAME),
      Texts.cut(host.gitVersion(), MAX_NAME),
      Texts.cut(host.gitCommit(), MAX_NAME),
      Texts.cut(host.buildPlatform(), MAX_NAME)
    };
  }
}
