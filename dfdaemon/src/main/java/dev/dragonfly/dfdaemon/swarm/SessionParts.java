package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What the session swarms of all tasks share. All parts are safe for any thread.
 *
 * @param self this host
 * @param seed whether it is a seed peer
 * @param dialer makes links
 * @param peers which peer this host is for a task
 * @param tasks looks for tasks that others speak of
 * @param background for what may wait for the disk or takes long
 * @param time the clock
 * @param timers timers
 * @param random source of chance
 */
public record SessionParts(
    HostId self,
    boolean seed,
    Dialer dialer,
    Function<TaskId, PeerId> peers,
    Tasks tasks,
    Executor background,
    Time time,
    Timers timers,
    RandomGenerator random) {
  /** Where tasks are looked for. */
  @FunctionalInterface
  public interface Tasks {
    /**
     * Passes the task on as soon as it is here, or nothing when it does not come in time.
     *
     * @param gone whether nobody waits any more; then nothing is passed on
     */
    void whenThere(TaskId task, BooleanSupplier gone, Consumer<Optional<StoredTask>> then);
  }
}
