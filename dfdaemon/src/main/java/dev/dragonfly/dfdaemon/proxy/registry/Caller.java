package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who asks, as far as a registry can tell: what he proves himself with, kept as a digest only.
 *
 * @param key 64 hex digits
 */
record Caller(String key) {
  /** Somebody with this Authorization header, or with none, and these cookies. */
  static Caller of(Optional<String> authorization, Optional<String> cookie) {
    String text = authorization.orElse("") + "\n" + cookie.orElse("");
    byte[] sha = Digest.Algorithm.SHA256.hasher().digest(text.getBytes(StandardCharsets.UTF_8));
    return new Caller(HexFormat.of().formatHex(sha));
  }
}
