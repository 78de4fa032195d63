package dev.dragonfly.simulation;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.swarm.SteppedFetcher;
import dev.dragonfly.dfdaemon.task.SteppedDownload;
import dev.dragonfly.dfdaemon.transfer.PieceAnswer;
import dev.dragonfly.dfdaemon.transfer.PieceClient;
import dev.dragonfly.dfdaemon.transfer.PieceResponse;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/**
 * The pieces that one host is fetching. Their way takes virtual time; when an answer is there the
 * production worker asks for it here and gets it at once.
 */
final class Transfers implements PieceClient {
  private static final int WORKERS = 8;

  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final List<Transfer> running = new ArrayList<>();
  private Supplier<PieceAnswer> arrived =
      () -> {
        throw new AssertionError("nobody has answered");
      };

  Transfers(SimulatedHost host, SimulatedWorld world) {
    this.host = host;
    this.world = world;
  }

  int count() {
    return running.size();
  }

  boolean hasRoom() {
    return running.size() < WORKERS;
  }

  /** Asks parents for what can be asked for now. */
  void take(SteppedDownload download) {
    while (hasRoom()) {
      Optional<SteppedFetcher.Flight> next = download.fetcher().next();
      if (next.isEmpty()) {
        return;
      }
      Transfer transfer = new Transfer(download, next.get());
      running.add(transfer);
      world.time().after(transfer.latency(), () -> transfer.parent.uploads().asked(transfer));
    }
  }

  /** Counts what has come meanwhile. */
  void progress() {
    running.forEach(Transfer::progress);
  }

  /** Ends what the swarm gave up. */
  void dropGivenUp() {
    for (Transfer transfer : List.copyOf(running)) {
      if (transfer.flight.isGivenUp()) {
        transfer.failed(ErrorCode.UNAVAILABLE, Duration.ZERO);
      }
    }
  }

  void clear() {
    for (Transfer transfer : List.copyOf(running)) {
      transfer.end();
    }
  }

  @Override
  public PieceAnswer open(InetSocketAddress peer, TaskId task, int piece) {
    return arrived.get();
  }

  @Override
  public void close() {}

  /** One piece on its way. */
  final class Transfer {
    private final SteppedDownload download;
    private final SteppedFetcher.Flight flight;
    private final SimulatedHost parent;
    private boolean over;
    private boolean flowing;
    private long flowsFrom;
    private long counted;

    private Transfer(SteppedDownload download, SteppedFetcher.Flight flight) {
      this.download = download;
      this.flight = flight;
      this.parent = world.hostOf(flight.parent());
    }

    int piece() {
      return flight.piece();
    }

    boolean isOver() {
      return over;
    }

    Duration latency() {
      return host.member().latency().plus(parent.member().latency());
    }

    /** The first byte is on its way. */
    void flows() {
      flowing = true;
      flowsFrom = world.time().nanos() + latency().toNanos();
    }

    private void progress() {
      if (flowing) {
        long nanos = Math.max(0, world.time().nanos() - flowsFrom);
        long all = (long) (nanos / 1e9 * parent.member().bytesPerSecond());
        long more = Math.min(all, Content.PIECE) - counted;
        counted += more;
        flight.received((int) more);
      }
    }

    void busy(Duration retryAfter) {
      answer(
          Duration.ZERO,
          () -> {
            world.ledger().busyAnswers++;
            return new PieceAnswer.Busy(retryAfter);
          });
    }

    void failed(ErrorCode code, Duration later) {
      answer(
          later,
          () -> {
            throw new DragonflyException(code, "piece " + piece() + " of " + parent + ": " + code);
          });
    }

    void delivered(byte[] bytes) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      answer(
          Duration.ZERO,
          () ->
              new PieceResponse(
                  piece(),
                  (long) piece() * Content.PIECE,
                  bytes.length,
                  Optional.of(Digest.ofCrc32(crc.getValue())),
                  new Bytes(ByteBuffer.wrap(bytes))));
    }

    private void answer(Duration later, Supplier<PieceAnswer> what) {
      world
          .time()
          .after(
              flight.isGivenUp() ? Duration.ZERO : later.plus(latency()),
              () -> {
                if (over) {
                  return;
                }
                end();
                arrived = what;
                download.fetcher().land(flight);
                host.settle();
              });
    }

    private void end() {
      over = true;
      running.remove(this);
      parent.uploads().ended(this);
    }
  }

  /** Bytes that are all there. */
  private record Bytes(ByteBuffer bytes) implements PieceStream {
    @Override
    public int read(ByteBuffer target) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int count = Math.min(bytes.remaining(), target.remaining());
      target.put(bytes.slice().limit(count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public void close() {}
  }
}
