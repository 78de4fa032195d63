package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a peer that has its answer of parents that came since. Only ours are told so, and not
 * often; used in the session's mailbox.
 */
final class ParentGrowth {
  private static final Logger LOG = LoggerFactory.getLogger(ParentGrowth.class);

  /** The pause after a look that brought nothing is twice the last one, at most this often. */
  private static final int MOST_DOUBLINGS = 8;

  private final SessionServices services;
  private final ParentSearch search;
  private final Answers answers;
  private final Alarm alarm;
  private int told;
  private int inVain;

  ParentGrowth(SessionServices services, ParentSearch search, Answers answers, Mailbox mailbox) {
    this.services = services;
    this.search = search;
    this.answers = answers;
    this.alarm = new Alarm(services.timers(), mailbox, this::grow);
  }

  /**
   * Whether news are of use: the peer is ours, has room for parents, and was not told too often. In
   * a crowd each newcomer is news, and most peers are full: they must not look at the graph.
   */
  boolean isWanted() {
    return search.isOurs() && search.room() > 0 && told < services.config().extraAnswerLimit();
  }

  /** Looks a little later, together for all that comes until then. */
  void soon() {
    Duration delay = services.config().timing().growthDelay();
    alarm.setIfQuiet(delay.multipliedBy(1L << Math.min(inVain, MOST_DOUBLINGS)));
  }

  /** The peer wants another answer, or is gone. */
  void stop() {
    alarm.cancel();
  }

  /** A look that fails is no harm: the peer has parents, and asks when they do not suffice. */
  private void grow() {
    if (!isWanted()) {
      return;
    }
    try {
      List<Parent> parents = search.grow();
      if (parents.isEmpty()) {
        inVain++;
        return;
      }
      told++;
      services.metrics().pushed();
      answers.send(new ScheduleDecision.Parents(parents, search.facts()));
    } catch (DragonflyException e) {
      LOG.debug("no look for more parents error={}", e.getMessage());
    }
  }
}
