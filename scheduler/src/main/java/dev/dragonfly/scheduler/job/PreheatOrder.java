package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.task.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be fetched, and by whom. Without the headers for the source: those travel with the
 * {@link HostOrders}.
 *
 * @param shared what all contents share; its URL stands for none of them
 * @param urls the contents, each once
 * @param scope which hosts
 * @param filter which of them
 * @param pace how much at once
 * @param secret whether the source is read with headers or keys, which not every host is given
 * @param earlier what another scheduler has done of it
 */
public record PreheatOrder(
    TaskSpec shared,
    List<String> urls,
    PreheatScope scope,
    HostFilter filter,
    Pace pace,
    boolean secret,
    Earlier earlier) {
  public PreheatOrder {
    urls =
        List.copyOf(
            Set.copyOf(urls).size() == urls.size() ? urls : urls.stream().distinct().toList());
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("a preheat needs a url");
    }
  }

  /**
   * How much at once, and for how long.
   *
   * @param contents contents at once
   * @param hosts hosts at once for each content
   * @param timeout for all of it; absent while somebody waits for it, who can cancel it
   */
  public record Pace(int contents, int hosts, Optional<Duration> timeout) {
    /** Contents at once where nobody says another number. */
    public static final int CONTENTS = 8;

    /** Hosts at once for each content where nobody says another number. */
    public static final int HOSTS = 500;

    /** Longest preheat where nobody says another time. */
    public static final Duration TIMEOUT = Duration.ofHours(1);

    /** Most contents at once. */
    public static final int MOST_CONTENTS = 100;

    /** Most hosts at once for each content. */
    public static final int MOST_HOSTS = 1000;

    public Pace {
      if (contents < 1 || contents > MOST_CONTENTS || hosts < 1 || hosts > MOST_HOSTS) {
        throw new IllegalArgumentException(
            "1 to %d contents and 1 to %d hosts at once, got %d and %d"
                .formatted(MOST_CONTENTS, MOST_HOSTS, contents, hosts));
      }
    }
  }

  /**
   * What another scheduler did of the same order before it was given to this one.
   *
   * @param finished not done again and not reported
   * @param planned the hosts that were chosen; for a content without any they are chosen
   */
  public record Earlier(Set<Target> finished, List<Target> planned) {
    /** Nobody has done anything. */
    public static final Earlier NOTHING = new Earlier(Set.of(), List.of());

    public Earlier {
      finished = Set.copyOf(finished);
      planned = List.copyOf(planned);
    }
  }
}
