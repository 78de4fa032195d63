package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a peer that has its answer of parents that came since. Only ours are told so, and not
 * often; used in the session's mailbox.
 */
final class Growth {
  private static final Logger log = LoggerFactory.getLogger(Growth.class);

  private final SessionServices services;
  private final ParentSearch search;
  private final Answers answers;
  private final Alarm alarm;
  private int told;

  Growth(SessionServices services, ParentSearch search, Answers answers, Mailbox mailbox) {
    this.services = services;
    this.search = search;
    this.answers = answers;
    this.alarm = new Alarm(services.timers(), mailbox, this::grow);
  }

  /** Looks a little later, together for all that comes until then. */
  void soon() {
    alarm.setIfQuiet(services.config().timing().growthDelay());
  }

  /** The peer wants another answer, or is gone. */
  void stop() {
    alarm.cancel();
  }

  /** A look that fails is no harm: the peer has parents, and asks when they do not suffice. */
  private void grow() {
    if (told >= services.config().extraAnswerLimit()) {
      return;
    }
    try {
      List<Parent> parents = search.grow();
      if (!parents.isEmpty()) {
        told++;
        services.metrics().pushed();
        answers.send(new ScheduleDecision.Parents(parents, search.facts()));
      }
    } catch (DragonflyException e) {
      log.debug("msg=\"no look for more parents\" error=\"{}\"", e.getMessage());
    }
  }
}
