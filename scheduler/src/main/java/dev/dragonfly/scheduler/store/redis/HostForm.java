package dev.dragonfly.scheduler.store.redis;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.wire.HostMapper;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored form of a host: the message of the wire. What was read is remembered by its form,
 * because the same few hosts are in every sample; a pure function remembered can never be wrong.
 * Safe for any thread.
 */
final class HostForm {
  private static final Logger LOG = LoggerFactory.getLogger(HostForm.class);
  private static final int LIMIT = 20_000;

  private final Map<ByteBuffer, Host> read = new ConcurrentHashMap<>();

  static byte[] write(Host host) {
    return HostMapper.toProto(host).toByteArray();
  }

  /** The host; absent when another version wrote what this one cannot read. */
  Optional<Host> read(byte[] stored) {
    Host known = read.get(ByteBuffer.wrap(stored));
    if (known != null) {
      return Optional.of(known);
    }
    try {
      Host host = HostMapper.fromProto(dev.dragonfly.api.common.v2.Host.parseFrom(stored));
      if (read.size() >= LIMIT) {
        read.clear();
      }
      read.put(ByteBuffer.wrap(stored), host);
      return Optional.of(host);
    } catch (InvalidProtocolBufferException | DragonflyException e) {
      LOG.debug("stored host skipped bytes={} error={}", stored.length, e.getMessage());
      return Optional.empty();
    }
  }
}
