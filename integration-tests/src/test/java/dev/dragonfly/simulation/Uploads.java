package dev.dragonfly.simulation;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.simulation.Transfers.Transfer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one host gives: so many pieces at a time, at its rate; who finds no room is told when. */
final class Uploads {
  private static final Duration SLOT_WAIT = Duration.ofMillis(200);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration NO_PROGRESS = Duration.ofSeconds(3);

  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final Map<Transfer, Timers.Timer> running = new LinkedHashMap<>();
  private final Set<Transfer> waiting = new LinkedHashSet<>();

  Uploads(SimulatedHost host, SimulatedWorld world) {
    this.host = host;
    this.world = world;
  }

  int count() {
    return running.size() + waiting.size();
  }

  /** A request is here. */
  void asked(Transfer request) {
    if (request.isOver()) {
      return;
    }
    if (!host.isAlive()) {
      request.failed(
          ErrorCode.UNAVAILABLE, host.member().silent() ? CONNECT_TIMEOUT : Duration.ZERO);
    } else if (host.isDeleted()) {
      request.failed(ErrorCode.NOT_FOUND, Duration.ZERO);
    } else if (running.size() < host.member().slots()) {
      serve(request);
    } else {
      waiting.add(request);
      world
          .time()
          .after(
              SLOT_WAIT,
              () -> {
                if (waiting.remove(request)) {
                  request.busy(comeBack());
                }
              });
    }
  }

  private void serve(Transfer request) {
    request.flows();
    byte[] bytes = bytes(request.piece());
    running.put(
        request,
        world
            .time()
            .after(
                sending(bytes.length),
                () -> {
                  ended(request);
                  request.delivered(bytes);
                }));
  }

  private byte[] bytes(int piece) {
    if (host.member().kind() == Member.Kind.FORGING) {
      return Content.flipped(world.content().piece(piece));
    }
    byte[] right = host.stored().bytes(piece);
    return host.member().lies() ? Content.flipped(right) : right;
  }

  private Duration sending(int length) {
    return Duration.ofNanos(length * 1_000_000_000L / host.member().bytesPerSecond());
  }

  /** About when an upload will have ended, in the bounds of production. */
  private Duration comeBack() {
    long usual = sending(Content.PIECE).toMillis() * (1 + world.random().nextInt(4));
    return Duration.ofMillis(Math.clamp(usual, 100, 5_000));
  }

  /** Who got it has it, or does not want it any more. */
  void ended(Transfer request) {
    waiting.remove(request);
    Timers.Timer sends = running.remove(request);
    if (sends == null) {
      return;
    }
    sends.cancel();
    if (host.isAlive() && !waiting.isEmpty()) {
      Transfer next = waiting.iterator().next();
      waiting.remove(next);
      serve(next);
    }
  }

  /** The host disappeared in the middle of all. */
  void die() {
    running.values().forEach(Timers.Timer::cancel);
    List<Transfer> all = List.copyOf(running.keySet());
    List<Transfer> others = List.copyOf(waiting);
    running.clear();
    waiting.clear();
    all.forEach(this::cut);
    others.forEach(this::cut);
  }

  private void cut(Transfer request) {
    if (host.member().silent()) {
      request.failed(ErrorCode.DEADLINE_EXCEEDED, NO_PROGRESS);
    } else {
      request.failed(ErrorCode.UNAVAILABLE, Duration.ZERO);
    }
  }
}
