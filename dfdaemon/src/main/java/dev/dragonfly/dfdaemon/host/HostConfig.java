package dev.dragonfly.dfdaemon.host;

import java.util.Optional;

/**
 * Who this machine is.
 *
 * @param ip address under which others reach it; detected when absent
 * @param hostname its name; that of the operating system when absent
 * @param idc data centre, for closeness
 * @param location place, elements separated by {@code |}, for closeness
 * @param schedulerClusterId cluster it belongs to; 0 lets the manager choose
 */
public record HostConfig(
    Optional<String> ip,
    Optional<String> hostname,
    Optional<String> idc,
    Optional<String> location,
    long schedulerClusterId) {
  public HostConfig {
    if (schedulerClusterId < 0) {
      throw new IllegalArgumentException(
          "schedulerClusterId must be 0 or more, got " + schedulerClusterId);
    }
  }
}
