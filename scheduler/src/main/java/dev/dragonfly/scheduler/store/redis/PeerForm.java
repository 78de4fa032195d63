package dev.dragonfly.scheduler.store.redis;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.api.store.v1.PeerEntry;
import dev.dragonfly.api.store.v1.StoredState;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stored form of a peer in an index of possible parents. Safe for any thread. */
final class PeerForm {
  private static final Logger LOG = LoggerFactory.getLogger(PeerForm.class);

  private final HostForm hosts;

  PeerForm(HostForm hosts) {
    this.hosts = hosts;
  }

  /** What an entry says. */
  record Entry(PeerState state, int pieceCount, Host host) {}

  static byte[] write(PeerRecord peer) {
    return PeerEntry.newBuilder()
        .setState(state(peer.state()))
        .setPieceCount(peer.pieces().count())
        .setHost(ByteString.copyFrom(HostForm.write(peer.host())))
        .build()
        .toByteArray();
  }

  /** The entry; absent when another version wrote what this one cannot read. */
  Optional<Entry> read(byte[] stored) {
    try {
      PeerEntry entry = PeerEntry.parseFrom(stored);
      Optional<PeerState> state = state(entry.getState());
      Optional<Host> host = hosts.read(entry.getHost().toByteArray());
      if (state.isEmpty() || host.isEmpty()) {
        LOG.debug("stored peer skipped state={}", entry.getStateValue());
        return Optional.empty();
      }
      return Optional.of(new Entry(state.get(), entry.getPieceCount(), host.get()));
    } catch (InvalidProtocolBufferException e) {
      LOG.debug("stored peer skipped bytes={} error={}", stored.length, e.getMessage());
      return Optional.empty();
    }
  }

  /** Of the name of an index, as the scripts know it. */
  static Standing standing(String key) {
    for (Standing standing : Standing.values()) {
      if (standing.key().equals(key)) {
        return standing;
      }
    }
    return Standing.NONE;
  }

  private static StoredState state(PeerState state) {
    return switch (state) {
      case PENDING -> StoredState.STORED_STATE_PENDING;
      case RUNNING -> StoredState.STORED_STATE_RUNNING;
      case BACK_TO_SOURCE -> StoredState.STORED_STATE_BACK_TO_SOURCE;
      case SUCCEEDED -> StoredState.STORED_STATE_SUCCEEDED;
      case FAILED -> StoredState.STORED_STATE_FAILED;
      case HOLDING -> StoredState.STORED_STATE_HOLDING;
    };
  }

  private static Optional<PeerState> state(StoredState state) {
    return switch (state) {
      case STORED_STATE_PENDING -> Optional.of(PeerState.PENDING);
      case STORED_STATE_RUNNING -> Optional.of(PeerState.RUNNING);
      case STORED_STATE_BACK_TO_SOURCE -> Optional.of(PeerState.BACK_TO_SOURCE);
      case STORED_STATE_SUCCEEDED -> Optional.of(PeerState.SUCCEEDED);
      case STORED_STATE_FAILED -> Optional.of(PeerState.FAILED);
      case STORED_STATE_HOLDING -> Optional.of(PeerState.HOLDING);
      case STORED_STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }
}
