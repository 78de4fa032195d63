package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A swarm whose parents speak the session. The content is that of {@link SwarmFixture}: three
 * pieces of four blocks and one short block.
 */
final class SessionFixture implements AutoCloseable {
  static final int BLOCKS = 13;

  final SwarmFixture plain;
  final TaskSwarms sessions;
  private final Map<HostId, FakeTalk> talks = new HashMap<>();
  private final PieceLayout layout;
  private final SourceVersion version;
  boolean unreachable;

  /** What is done in the background waits for {@link #workOff}. */
  boolean delaysWork;

  private final Deque<Runnable> work = new ArrayDeque<>();
  int dialled;
  private @Nullable Swarm swarm;

  SessionFixture(Path folder) {
    plain = new SwarmFixture(folder, true);
    layout = plain.task.layout().orElseThrow();
    version =
        SourceVersion.of(
            Optional.of("\"1\""), Optional.empty(), OptionalLong.of(plain.content.length));
    sessions =
        new TaskSwarms(
            new SessionParts(
                new HostId("10.0.0.100-me"),
                false,
                this::dial,
                task -> new PeerId("10.0.0.100-me-peer"),
                (task, gone, then) -> then.accept(Optional.of(plain.task)),
                this::inBackground,
                plain.time,
                plain.time,
                new Random(3)));
  }

  private void inBackground(Runnable task) {
    if (delaysWork) {
      work.add(task);
    } else {
      task.run();
    }
  }

  /** Does what waits, and says how much that was. */
  int workOff() {
    int done = 0;
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
      done++;
    }
    return done;
  }

  private void dial(Host host, Dialer.Outcome outcome) {
    dialled++;
    FakeTalk talk = talks.get(host.id());
    if (talk == null || unreachable) {
      outcome.plain();
    } else {
      outcome.linked(talk);
    }
  }

  /** The download that takes part. */
  Swarm swarm() {
    if (swarm == null) {
      swarm =
          new Swarm(
              plain.task,
              new PeerId("10.0.0.100-me"),
              plain.claims,
              new SwarmParts(
                  plain.parts.parentPieces(),
                  plain.parts.pieceClient(),
                  plain.parts.buffers(),
                  plain.time,
                  plain.time,
                  plain.parts.random(),
                  plain.parts.settings(),
                  Optional.of(sessions)),
              plain.events);
    }
    return swarm;
  }

  /** A host that links when it is dialled. */
  FakeTalk talk(Parent parent) {
    FakeTalk talk = new FakeTalk(parent.host().id(), SwarmFixture.ID);
    talks.put(parent.host().id(), talk);
    return talk;
  }

  /** A parent that a scheduler names, in a session, with all blocks and their digests. */
  FakeTalk linked(int number) {
    FakeTalk talk = joined(number);
    talk.has(plain, TaskState.COMPLETE, List.of(run(0, BLOCKS)), all());
    return talk;
  }

  /** The same before it has said anything. */
  FakeTalk joined(int number) {
    Parent parent = plain.parent(number).parent();
    FakeTalk talk = talk(parent);
    swarm().add(List.of(parent));
    return talk;
  }

  /** A host that begins to speak of itself. */
  FakeTalk incoming(int number, TaskState state) {
    FakeTalk talk = new FakeTalk(new HostId("10.0.1." + number + "-n"), SwarmFixture.ID);
    talk.listener(
        sessions.asked(talk, new PeerId("10.0.1." + number + "-n-p"), state, TaskFacts.NONE));
    return talk;
  }

  static int[] all() {
    int[] all = new int[BLOCKS];
    Arrays.setAll(all, block -> block);
    return all;
  }

  byte[] block(int number) {
    ByteRange range = layout.block(number);
    return Arrays.copyOfRange(plain.content, (int) range.start(), (int) range.end());
  }

  byte[] wrong(int number) {
    byte[] bytes = block(number);
    bytes[7]++;
    return bytes;
  }

  SignedRun run(int first, int end) {
    return run(first, end, plain.signer, version);
  }

  SignedRun run(int first, int end, RunSigner signer, SourceVersion of) {
    ByteArrayOutputStream digests = new ByteArrayOutputStream();
    for (int block = first; block < end; block++) {
      digests.writeBytes(BlockDigests.of(ByteBuffer.wrap(block(block))));
    }
    return signer.sign(
        SwarmFixture.ID,
        of,
        SourceOrigin.NONE,
        layout.blockLength(),
        first,
        digests.toByteArray(),
        OptionalLong.of(plain.content.length));
  }

  /** Brings blocks until no more are asked for, or the download is complete. */
  void giveAll(FakeTalk... from) throws InterruptedException {
    await(() -> {
      for (FakeTalk talk : from) {
        for (int block : List.copyOf(talk.asked)) {
          talk.give(block, block(block));
        }
      }
      return plain.task.isComplete();
    });
  }

  /** What happens on disk threads is waited for; at most 10 s. */
  void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2000 && !condition.getAsBoolean(); i++) {
      if (never.await(5, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("nobody counts it down");
      }
    }
    if (!condition.getAsBoolean()) {
      throw new AssertionError("what the test waits for did not happen");
    }
  }

  void pass(Duration time) {
    for (Duration step = Duration.ZERO;
        step.compareTo(time) < 0;
        step = step.plus(Duration.ofMillis(50))) {
      plain.time.advance(Duration.ofMillis(50));
    }
  }

  StoredTask task() {
    return plain.task;
  }

  @Override
  public void close() {
    if (swarm != null) {
      swarm.close();
    }
    plain.close();
  }
}
