package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.store.TaskStore;
import dev.dragonfly.scheduler.store.TaskStore.Learnt;
import dev.dragonfly.scheduler.store.TaskStore.SourceReader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stream knows of the content of its task, and how the graph learns it: from who reads the
 * source, by the epoch of his slot. Owned by the session's mailbox.
 */
final class ContentFacts {
  private static final Logger LOG = LoggerFactory.getLogger(ContentFacts.class);

  private final TaskStore tasks;
  private final Registration registration;
  private final TaskSpec spec;
  private final TaskFacts claimed;
  private TaskFacts facts = TaskFacts.NONE;
  private boolean foreign;

  ContentFacts(TaskStore tasks, Registration registration, TaskSpec spec) {
    this.tasks = tasks;
    this.registration = registration;
    this.spec = spec;
    this.claimed = withoutKeys(registration.event().facts());
  }

  /** What the graph told, or the peer read. */
  TaskFacts facts() {
    return facts;
  }

  /** Whether the peer read another state of the source than the one that others hold. */
  boolean isForeign() {
    return foreign;
  }

  /**
   * Takes what the peer read at the source.
   *
   * @param epoch by what right; without one it counts as what others say
   */
  void learn(TaskFacts read, Host host, OptionalLong epoch) {
    // An upstream peer asks the source before it registers, and tells the lengths there only.
    TaskFacts told = isUpstream() ? withoutKeys(read).merge(claimed) : withoutKeys(read);
    if (epoch.isEmpty()) {
      heal(told);
      return;
    }
    Learnt learnt =
        tasks.learn(
            registration.taskId(),
            new SourceReader(registration.peerId(), host, epoch.getAsLong()),
            told);
    switch (learnt) {
      case TAKEN -> facts = told.merge(facts);
      case NO_SLOT -> heal(told);
      case CONTRADICTED -> contradicted(host);
    }
  }

  /** Takes what the peer knows of the content: it counts while nothing is known. */
  void heal(TaskFacts told) {
    TaskFacts known = isUpstream() ? claimed : withoutKeys(told);
    if (known.pieceLength().isPresent() || known.contentLength().isPresent()) {
      facts = facts.merge(known);
      tasks.heal(registration.taskId(), spec, known);
    }
  }

  /** Tells what the peer said when it registered: it comes back to a graph that was emptied. */
  void healByClaim() {
    heal(claimed);
  }

  /** Tells the graph again what it has forgotten. */
  void healEmptied() {
    tasks.heal(registration.taskId(), spec, facts);
  }

  /** What the graph knows: it outweighs what the peer says. */
  void remember(TaskFacts known) {
    // Pieces that it has from another state of the source are not for others.
    foreign |= differ(known, claimed) || differ(known, facts);
    facts = known.merge(facts);
  }

  private void contradicted(Host host) {
    if (!foreign) {
      LOG.warn(
          "source has changed, its reader is nobody's parent task={} peer={} host={}",
          registration.taskId(),
          registration.peerId(),
          host.id());
    }
    foreign = true;
  }

  private static boolean differ(TaskFacts known, TaskFacts own) {
    return known.version().isPresent()
        && own.version().isPresent()
        && !known.version().equals(own.version());
  }

  private boolean isUpstream() {
    return registration.event().extVersion() == 0;
  }

  /** Keys and digests of others are not for a peer to tell. */
  private static TaskFacts withoutKeys(TaskFacts told) {
    return new TaskFacts(
        told.contentLength(),
        told.pieceLength(),
        told.responseHeader(),
        Optional.empty(),
        List.of(),
        told.version());
  }
}
