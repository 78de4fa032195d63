package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.link.Acceptor;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * The tasks that this host speaks of in sessions: those that it downloads, and those that others
 * ask for. Safe for any thread.
 */
public final class TaskSwarms implements Acceptor {
  private final SessionParts parts;
  private final UploadBacklog backlog;
  private final ConcurrentMap<TaskId, TaskSwarm> swarms = new ConcurrentHashMap<>();

  public TaskSwarms(SessionParts parts) {
    this.parts = parts;
    this.backlog = new UploadBacklog();
  }

  Dialer dialer() {
    return parts.dialer();
  }

  /** Number of tasks that are spoken of. */
  public int size() {
    return swarms.size();
  }

  /** A download begins to take part. */
  Taking take(StoredTask stored, Taking.Part part) {
    Taking[] taking = new Taking[1];
    enter(
        stored,
        swarm -> {
          taking[0] = swarm.begin(part);
          return taking[0] != null;
        });
    return taking[0];
  }

  @Override
  public TaskLinkListener asked(
      TaskLink conversation, PeerId peer, TaskState state, TaskFacts facts) {
    AwaitedTalk talk = new AwaitedTalk(state, facts);
    parts
        .tasks()
        .whenThere(
            conversation.task(), talk::isOver, stored -> answer(conversation, talk, peer, stored));
    return talk;
  }

  private void answer(
      TaskLink conversation, AwaitedTalk talk, PeerId peer, Optional<StoredTask> stored) {
    if (stored.isEmpty()) {
      conversation.close(CloseReason.NOT_FOUND, "this host has no task " + conversation.task());
      return;
    }
    enter(stored.get(), swarm -> swarm.accept(conversation, talk, peer));
  }

  /** Enters the swarm of a task; one that has just ended is followed by another. */
  @SuppressWarnings("ReferenceEquality") // Is it this very task, or one that took its place?
  private void enter(StoredTask stored, Predicate<TaskSwarm> entrance) {
    while (true) {
      TaskSwarm swarm =
          swarms.computeIfAbsent(
              stored.id(), id -> new TaskSwarm(stored, parts, backlog, over -> forget(id, over)));
      if (swarm.stored() == stored && entrance.test(swarm)) {
        return;
      }
      // Over, or of what was stored in the place of this before.
      swarm.end("the task was replaced");
      swarms.remove(stored.id(), swarm);
    }
  }

  private void forget(TaskId id, TaskSwarm over) {
    swarms.remove(id, over);
  }
}
