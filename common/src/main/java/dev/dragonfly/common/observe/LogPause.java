package dev.dragonfly.common.observe;

import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says whether a line about something is due: once a minute for each, because those who are refused
 * try again for ever and must not fill the log. Remembers a bounded number. Safe for any thread.
 */
public final class LogPause {
  private static final long PAUSE = Duration.ofMinutes(1).toNanos();
  private static final int MOST = 1_000;

  private final Time time;
  private final Map<String, Long> last = new ConcurrentHashMap<>();

  public LogPause(Time time) {
    this.time = time;
  }

  /** Whether a line about it may be written now; counts as written then. */
  public boolean isOver(String about) {
    long now = time.nanos();
    if (last.size() >= MOST) {
      last.clear();
    }
    Long before = last.get(about);
    if (before != null && now - before < PAUSE) {
      return false;
    }
    last.put(about, now);
    return true;
  }
}
