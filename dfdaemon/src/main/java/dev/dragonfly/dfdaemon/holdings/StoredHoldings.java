package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.Holding;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the local disk holds: every task with at least one piece. What did not change since the last
 * time is the same object then, so that the many finished tasks cost a look. May block; used by one
 * thread.
 */
public final class StoredHoldings implements Supplier<List<Holding>> {
  private final TaskStore store;
  private final Function<TaskId, PeerId> peers;
  private Map<TaskId, Holding> last = Map.of();

  public StoredHoldings(TaskStore store, Function<TaskId, PeerId> peers) {
    this.store = store;
    this.peers = peers;
  }

  @Override
  public List<Holding> get() {
    List<Holding> held = new ArrayList<>();
    Map<TaskId, Holding> now = new HashMap<>();
    for (StoredTask task : store.all()) {
      Optional<Holding> holding = holding(task, Optional.ofNullable(last.get(task.id())));
      holding.ifPresent(one -> {
        held.add(one);
        now.put(task.id(), one);
      });
    }
    last = now;
    return held;
  }

  private Optional<Holding> holding(StoredTask task, Optional<Holding> before) {
    boolean finished = task.isComplete();
    TaskFacts facts = task.facts();
    PeerId peer = peers.apply(task.id());
    Optional<Holding> same =
        before.filter(known ->
            known.finished() == finished
                && known.facts().equals(facts)
                && known.peer().equals(peer));
    if (same.isPresent() && finished) {
      return same;
    }
    PieceBitmap pieces = task.pieces();
    if (pieces.count() == 0) {
      return Optional.empty();
    }
    if (same.isPresent() && same.get().pieces().equals(pieces)) {
      return same;
    }
    return Optional.of(
        new Holding(
            task.id(), peer, task.spec(), facts, pieces, finished, readSource(task, pieces)));
  }

  private static boolean readSource(StoredTask task, PieceBitmap pieces) {
    BitSet bits = pieces.toBitSet();
    return bits.stream()
        .anyMatch(number ->
            task.piece(number)
                .filter(piece -> piece.traffic() == Piece.Traffic.BACK_TO_SOURCE)
                .isPresent());
  }
}
