package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Rights that lapse by themselves when their holder dies. Bounded blocking calls, errors as in
 * {@link HostStore}.
 */
public interface LeaseStore {
  /** The right to ask seeds for the task: its fencing epoch, absent when another has it. */
  OptionalLong acquireSeed(TaskId task, Duration timeToLive);

  /** Extends the right and notes which seed is asked; false when it was lost. */
  boolean renewSeed(TaskId task, long epoch, HostId seed, Duration timeToLive);

  /**
   * Gives the right back and wakes who waits.
   *
   * @param exhaustedFor how long nobody shall ask the seeds again; zero after success
   */
  void finishSeed(TaskId task, long epoch, Duration exhaustedFor);

  /**
   * Claims or extends one of {@code limit} back-to-source slots: its fencing epoch, which stays the
   * same while it is extended in time; absent when no slot is free.
   */
  OptionalLong claimSlot(TaskId task, PeerId peer, int limit, Duration timeToLive);

  /** Gives the slot back and wakes who waits. */
  void releaseSlot(TaskId task, PeerId peer);
}
