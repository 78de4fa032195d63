package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.Arrays;

/**
 * How many blocks one download may be waiting for, in all and from each neighbour, and which
 * neighbour answers soonest. Blocks that are asked for wait at the neighbour until those before
 * them are sent; so the time from request to block tells how long its queue is, and the window
 * grows while that is short and shrinks when it is long, as congestion control by delay does. With
 * a window that follows a fixed count slow links would be seconds behind and fast ones idle. Times
 * are nanoseconds on the caller's clock. Not safe for threads.
 */
public final class RequestWindows {
  private static final double GAIN = 1 / 8.0;
  private static final double LONG = 1.5;

  /**
   * How much longer the queues may be of who is behind. Between the aim and what is long a window
   * stays as it is, so one that was small when the swarm became busy would stay small: in the model
   * of docs/benchmarks.md a few of 1,000 peers were a tenth slower than all others for that.
   */
  private static final double BEHIND = 1.5;

  /** Time from request to block that is aimed at. */
  private final long aimNanos;

  private final int least;
  private final int most;
  private Neighbour[] neighbours = new Neighbour[16];
  private double window;
  private boolean starting = true;
  private int outstanding;
  private double delay;
  private boolean behind;

  private static final class Neighbour {
    int outstanding;
    long lastCameNanos;
    boolean known;

    /** Time that it takes for a block while it sends to us. */
    double service;
  }

  /**
   * @param aimNanos time from request to block that is aimed at
   * @param least blocks that may be waited for in any case
   * @param most blocks that may be waited for at all
   */
  public RequestWindows(long aimNanos, int least, int most) {
    this.aimNanos = aimNanos;
    this.least = least;
    this.most = most;
    this.window = least;
  }

  /** Whether one more block may be asked of anybody. */
  public boolean hasRoom() {
    return outstanding < (int) window;
  }

  /**
   * Whether one more may be asked of this neighbour. Who is slow gets no more than it sends in
   * twice the aim; of who is not known yet two are asked.
   */
  public boolean hasRoom(int n) {
    Neighbour neighbour = neighbour(n);
    double fits = neighbour.known ? 2.0 * aimNanos / Math.max(1, neighbour.service) : 2;
    return neighbour.outstanding < Math.clamp((long) fits, 1, most);
  }

  /** Blocks that are waited for. */
  public int outstanding() {
    return outstanding;
  }

  public int outstanding(int n) {
    return neighbour(n).outstanding;
  }

  /** The usual time from request to block, 0 before the first came. */
  public long usualNanos() {
    return (long) delay;
  }

  /** When a block that is asked of the neighbour now will be here, from now. */
  public long expectedNanos(int n) {
    Neighbour neighbour = neighbour(n);
    return (long) ((neighbour.outstanding + 1) * neighbour.service);
  }

  /** Whether others get on better than this download. */
  public void behind(boolean isBehind) {
    behind = isBehind;
  }

  public void asked(int n) {
    neighbour(n).outstanding++;
    outstanding++;
  }

  /** A request is over without its block. */
  public void gone(int n) {
    neighbour(n).outstanding--;
    outstanding--;
  }

  /** A block that was asked for at {@code askedNanos} is here. */
  public void came(int n, long askedNanos, long nowNanos) {
    boolean full = outstanding >= (int) window;
    gone(n);
    Neighbour neighbour = neighbour(n);
    long since = neighbour.known ? Math.max(askedNanos, neighbour.lastCameNanos) : askedNanos;
    double service = Math.max(1, nowNanos - since);
    neighbour.service =
        neighbour.known ? neighbour.service + GAIN * (service - neighbour.service) : service;
    neighbour.lastCameNanos = nowNanos;
    neighbour.known = true;
    double took = Math.max(1, nowNanos - askedNanos);
    delay = delay == 0 ? took : delay + GAIN * (took - delay);
    adapt(full);
  }

  private void adapt(boolean full) {
    double aim = behind ? BEHIND * aimNanos : aimNanos;
    if (delay > aim) {
      starting = false;
    }
    double step = starting ? 1 : 1 / window;
    if (delay < aim && full) {
      window = Math.min(most, window + step);
    } else if (delay > LONG * aim) {
      window = Math.max(least, window - step);
    }
  }

  /** The neighbour is gone with what was asked of it. */
  public void left(int n) {
    if (n < neighbours.length && neighbours[n] != null) {
      outstanding -= neighbours[n].outstanding;
      neighbours[n] = null;
    }
  }

  private Neighbour neighbour(int n) {
    if (n >= neighbours.length) {
      neighbours = Arrays.copyOf(neighbours, Math.max(n + 1, 2 * neighbours.length));
    }
    if (neighbours[n] == null) {
      neighbours[n] = new Neighbour();
    }
    return neighbours[n];
  }
}
