package dev.dragonfly.common.host;

import java.util.Optional;

/**
 * A host as it announces itself.
 *
 * @param id its identity
 * @param type ordinary or seed
 * @param hostname RFC 1123 name
 * @param ip address under which others reach it, an IP literal
 * @param port gRPC port for other peers (upload service)
 * @param pieceDataPort port of the piece protocol; 0 when not announced (upstream peers)
 * @param proxyPort port of the HTTP proxy; 0 when there is none
 * @param idc data centre, for closeness
 * @param location place, elements separated by {@code |}, for closeness
 * @param schedulerClusterId cluster it belongs to
 * @param disableShared whether it gives nothing to others
 * @param readerKeyHex Ed25519 public key (hex) with which it signs what it reads from a source
 * @param extVersion version of our extensions that it speaks; 0 for an upstream peer
 * @param stats its load
 */
public record Host(
    HostId id,
    HostType type,
    String hostname,
    String ip,
    int port,
    int pieceDataPort,
    int proxyPort,
    Optional<String> idc,
    Optional<String> location,
    long schedulerClusterId,
    boolean disableShared,
    Optional<String> readerKeyHex,
    int extVersion,
    HostStats stats) {
  /** Version of our extensions that this build speaks. */
  public static final int EXT_VERSION = 1;

  public Host {
    if (hostname.isEmpty() || ip.isEmpty()) {
      throw new IllegalArgumentException("host " + id + " needs a hostname and an ip");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("host " + id + ": port out of range: " + port);
    }
  }

  /** The same host as one that is no seed. */
  public Host ordinary() {
    return new Host(
        id,
        HostType.NORMAL,
        hostname,
        ip,
        port,
        pieceDataPort,
        proxyPort,
        idc,
        location,
        schedulerClusterId,
        disableShared,
        readerKeyHex,
        extVersion,
        stats);
  }

  /** Whether it speaks our extensions. */
  public boolean isOurs() {
    return extVersion > 0;
  }
}
