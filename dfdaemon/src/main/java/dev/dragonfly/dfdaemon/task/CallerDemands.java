package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.backtosource.SourceAccess;
import dev.dragonfly.dfdaemon.backtosource.SourceCallers;
import dev.dragonfly.dfdaemon.piece.Interest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the callers of a download want of it together: the bytes of all, the patience of the most
 * patient, the source unless all forbid it. Each has request headers of his own: the source is read
 * with those of one who is let in. Guarded by its own monitor; callers are told outside of it.
 */
final class CallerDemands implements SourceCallers {
  private final DownloadRequest first;
  private final Duration usualTimeout;
  private final Time time;
  private final List<Caller> callers = new ArrayList<>();
  private final Map<SourceAccess, DragonflyException> refused = new HashMap<>();
  private Optional<SourceAccess> proven = Optional.empty();
  private volatile Interest interest;
  private long deadlineNanos;
  private boolean sourceForbidden;
  private boolean cancelled;
  private boolean closed;

  /** One who waits for a download. */
  interface Caller {
    DownloadRequest request();

    /** The source does not let him in; others go on with headers of theirs. */
    void refused(DragonflyException why);
  }

  CallerDemands(DownloadRequest first, Duration usualTimeout, Time time) {
    this.first = first;
    this.usualTimeout = usualTimeout;
    this.time = time;
    this.interest = new Interest(first.range());
    this.deadlineNanos = deadline(first);
    this.sourceForbidden = first.disableBackToSource();
  }

  private long deadline(DownloadRequest request) {
    return time.nanos() + request.timeout().orElse(usualTimeout).toNanos();
  }

  /** The request that began the download. */
  DownloadRequest first() {
    return first;
  }

  /**
   * One more caller.
   *
   * @return false when it is too late: everything wanted so far is there, or all have given up
   */
  boolean add(Caller more) {
    Optional<DragonflyException> known;
    synchronized (this) {
      if (closed || cancelled) {
        return false;
      }
      callers.add(more);
      interest = interest.and(new Interest(more.request().range()));
      deadlineNanos = Math.max(deadlineNanos, deadline(more.request()));
      sourceForbidden = sourceForbidden && more.request().disableBackToSource();
      known = Optional.ofNullable(refused.get(access(more))).filter(why -> isAnybodyLeft());
    }
    known.ifPresent(more::refused);
    return true;
  }

  /** A caller gave up; the source is not read in his name any more. */
  synchronized void remove(Caller caller) {
    callers.remove(caller);
  }

  private static SourceAccess access(Caller caller) {
    return SourceAccess.of(caller.request().spec());
  }

  @Override
  public synchronized SourceAccess current() {
    return proven
        .or(() ->
            callers.stream()
                .map(CallerDemands::access)
                .filter(access -> !refused.containsKey(access))
                .findFirst())
        .orElseGet(() -> SourceAccess.of(first.spec()));
  }

  @Override
  public synchronized void accepted(SourceAccess access) {
    refused.remove(access);
    proven = Optional.of(access);
  }

  @Override
  public boolean isAnotherLeft(SourceAccess access, DragonflyException why) {
    List<Caller> told;
    synchronized (this) {
      refused.put(access, why);
      proven = proven.filter(other -> !other.equals(access));
      if (!isAnybodyLeft()) {
        return false;
      }
      told = callers.stream().filter(caller -> access(caller).equals(access)).toList();
      callers.removeAll(told);
    }
    told.forEach(caller -> caller.refused(why));
    return true;
  }

  /** Whether the source may still let somebody in. */
  synchronized boolean isAnybodyLeft() {
    return proven.isPresent()
        || callers.stream().anyMatch(caller -> !refused.containsKey(access(caller)));
  }

  /** Nobody wants anything any more. */
  synchronized void cancel() {
    cancelled = true;
  }

  /** If everything wanted is there, nobody can want more of this download. */
  synchronized boolean closeIf(BooleanSupplier satisfied) {
    closed = satisfied.getAsBoolean();
    return closed;
  }

  Interest interest() {
    return interest;
  }

  synchronized boolean cancelled() {
    return cancelled;
  }

  synchronized boolean late() {
    return time.nanos() > deadlineNanos;
  }

  synchronized boolean sourceForbidden() {
    return sourceForbidden;
  }
}
