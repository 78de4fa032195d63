package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostStats;
import java.util.Optional;

/**
 * What this host announces and what does not change while the daemon runs.
 *
 * @param machine who it is
 * @param port gRPC port for other peers, as it is really bound
 * @param pieceDataPort port of the piece protocol, as it is really bound
 * @param proxyPort port of the HTTP proxy; 0 when there is none
 * @param readerKeyHex public key with which it signs what it reads from a source
 */
public record HostDescription(
    Machine machine, int port, int pieceDataPort, int proxyPort, Optional<String> readerKeyHex) {
  /** The host as it is announced with this load. */
  public Host with(HostStats stats) {
    return new Host(
        machine.id(),
        machine.type(),
        machine.hostname(),
        machine.ip(),
        port,
        pieceDataPort,
        proxyPort,
        machine.idc(),
        machine.location(),
        machine.schedulerClusterId(),
        false,
        readerKeyHex,
        Host.EXT_VERSION,
        stats);
  }
}
