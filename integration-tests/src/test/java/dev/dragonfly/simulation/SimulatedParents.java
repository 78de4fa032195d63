package dev.dragonfly.simulation;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What parents tell one child of their pieces, with the time that takes. For one thread. */
final class SimulatedParents implements ParentPieces {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private final SimulatedHost child;
  private final SimulatedWorld world;

  SimulatedParents(SimulatedHost child, SimulatedWorld world) {
    this.child = child;
    this.world = world;
  }

  @Override
  public Sync sync(Parent parent, TaskId task, int pieceCount, Listener listener) {
    Call call = new Call(world.hostOf(parent.peerId()), listener);
    call.begin();
    return call;
  }

  /** One subscription. */
  final class Call implements Sync, StoredTask.Listener {
    private final SimulatedHost parent;
    private final Listener listener;
    private StoredTask.@Nullable Subscription subscription;
    private boolean closed;
    private int told;

    private Call(SimulatedHost parent, Listener listener) {
      this.parent = parent;
      this.listener = listener;
    }

    void begin() {
      world
          .time()
          .after(
              latency().multipliedBy(2),
              () -> {
                if (closed || !child.isAlive()) {
                  return;
                }
                if (!parent.isAlive()) {
                  died();
                  return;
                }
                if (parent.isDeleted()) {
                  deleted();
                  return;
                }
                subscription = parent.stored().listen(this);
                parent.subscribers().add(this);
                factsChanged(parent.stored().facts());
                List<Piece> there = new ArrayList<>();
                parent.stored().pieces().toBitSet().stream()
                    .forEach(number -> there.add(parent.stored().piece(number).orElseThrow()));
                if (parent.member().kind() == Member.Kind.FORGING) {
                  parent.claimed().forEach(number -> tell(number, Content.PIECE));
                }
                there.forEach(this::pieceFinished);
              });
    }

    private Duration latency() {
      return child.member().latency().plus(parent.member().latency());
    }

    private void toChild(Consumer<Listener> message) {
      world
          .time()
          .after(
              latency(),
              () -> {
                if (!closed && child.isAlive()) {
                  message.accept(listener);
                  child.settle();
                }
              });
    }

    @Override
    public void pieceFinished(Piece piece) {
      tell(piece.number(), piece.length());
      if (parent.stored().isComplete() && told == parent.stored().pieces().count()) {
        end(null);
      }
    }

    private void tell(int number, long length) {
      told++;
      toChild(hears -> {
        List<SignedRun> runs = parent.runsFor(number, child);
        hears.pieceAvailable(number, (long) number * Content.PIECE, length, parent.data(), runs);
      });
    }

    @Override
    public void factsChanged(TaskFacts facts) {
      toChild(hears -> hears.factsLearnt(facts));
    }

    @Override
    public void deleted() {
      end(new DragonflyException(ErrorCode.NOT_FOUND, "the task was deleted"));
    }

    /** The parent disappeared. */
    void died() {
      DragonflyException why = new DragonflyException(ErrorCode.UNAVAILABLE, "connection lost");
      if (parent.member().silent()) {
        unsubscribe();
        world.time().after(KEEP_ALIVE, () -> end(why));
      } else {
        end(why);
      }
    }

    private void end(@Nullable Throwable cause) {
      unsubscribe();
      toChild(hears -> {
        closed = true;
        hears.ended(cause);
      });
    }

    private void unsubscribe() {
      if (subscription != null) {
        subscription.close();
        parent.subscribers().remove(this);
        subscription = null;
      }
    }

    @Override
    public void close() {
      closed = true;
      unsubscribe();
    }
  }

  static InetSocketAddress data(String ip) {
    return new InetSocketAddress(ip, 4005);
  }
}
