package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.OwnName;
import dev.dragonfly.common.net.OwnAddress;
import dev.dragonfly.dfdaemon.client.ManagerClient.Requester;
import java.util.Optional;

/**
 * Who this machine is, with what was not configured filled in.
 *
 * @param id its identity
 * @param type ordinary or seed
 * @param hostname its name
 * @param ip an IP literal
 * @param idc data centre
 * @param location place
 * @param schedulerClusterId cluster it belongs to; 0 when not configured
 */
public record Machine(
    HostId id,
    HostType type,
    String hostname,
    String ip,
    Optional<String> idc,
    Optional<String> location,
    long schedulerClusterId) {
  /** This machine, by its configuration; what is absent is detected. Reads from the kernel. */
  public static Machine of(HostConfig config, boolean seed) {
    String hostname = config.hostname().orElseGet(OwnName::detected);
    String ip = config.ip().orElseGet(OwnAddress.ofThisMachine()::detected);
    return new Machine(
        HostId.of(ip, hostname, seed),
        seed ? HostType.SUPER_SEED : HostType.NORMAL,
        hostname,
        ip,
        config.idc(),
        config.location(),
        config.schedulerClusterId());
  }

  /** How it asks the manager for schedulers. */
  public Requester requester() {
    return new Requester(hostname, ip, type.isSeed(), idc, location, schedulerClusterId);
  }
}
