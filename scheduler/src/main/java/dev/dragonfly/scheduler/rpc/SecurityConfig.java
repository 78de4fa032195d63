package dev.dragonfly.scheduler.rpc;

import org.jspecify.annotations.Nullable;

/**
 * Who is believed.
 *
 * @param checkAddresses whether a host is spoken for only from its own address
 */
public record SecurityConfig(Boolean checkAddresses) {
  /** All defaults. */
  public static final SecurityConfig DEFAULT = new SecurityConfig(null);

  public SecurityConfig(@Nullable Boolean checkAddresses) {
    this.checkAddresses = checkAddresses == null || checkAddresses;
  }
}
