package dev.dragonfly.manager.cachetask;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A persistent cache task as REST shows it; nobody who holds it is null, as existing clients
 * expect.
 */
record CacheTaskView(
    String id,
    long persistentReplicaCount,
    String tag,
    String application,
    long pieceLength,
    long contentLength,
    long totalPieceCount,
    String state,
    long ttl,
    Instant createdAt,
    Instant updatedAt,
    @Nullable List<PeerView> peers) {

  static CacheTaskView of(Fields task, List<PeerView> peers) {
    return new CacheTaskView(
        task.text("id"),
        task.number("persistent_replica_count"),
        task.text("tag"),
        task.text("application"),
        task.number("piece_length"),
        task.number("content_length"),
        task.number("total_piece_count"),
        task.text("state"),
        task.number("ttl"),
        task.time("created_at"),
        task.time("updated_at"),
        peers.isEmpty() ? null : peers);
  }

  /** Somebody who holds pieces of it. */
  record PeerView(
      String id,
      boolean persistent,
      String finishedPieces,
      String state,
      List<String> blockParents,
      long cost,
      Instant createdAt,
      Instant updatedAt,
      HostView host) {}
}
