package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.host.Host;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decoded hosts by their stored form: the same few hosts are read in every sample. A pure function
 * remembered, so it can never be wrong. Safe for any thread.
 */
final class HostCache {
  private static final int LIMIT = 20_000;

  private final Map<ByteBuffer, Host> decoded = new ConcurrentHashMap<>();

  /** The host with this stored form. */
  Host host(ByteBuffer stored) {
    Host known = decoded.get(stored);
    if (known != null) {
      return known;
    }
    byte[] own = new byte[stored.remaining()];
    stored.duplicate().get(own);
    Host host = HostCodec.decode(own);
    if (decoded.size() >= LIMIT) {
      decoded.clear();
    }
    decoded.put(ByteBuffer.wrap(own), host);
    return host;
  }
}
