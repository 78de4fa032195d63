package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.grpc.TaskRing;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What sessions share. Safe for any thread.
 *
 * @param suspects which schedulers did not answer a moment ago
 * @param open the sessions that are not closed; a session takes itself out
 */
record SessionEnvironment(
    SchedulerClient client,
    Schedulers schedulers,
    HostAnnouncement announcement,
    SchedulerConfig config,
    Time time,
    Timers timers,
    RandomGenerator random,
    Suspects suspects,
    Set<RingSession> open) {
  /** The schedulers in the order in which a task tries them; may be empty. */
  List<InetSocketAddress> order(TaskId task) {
    List<InetSocketAddress> known = schedulers.current();
    return known.isEmpty() ? List.of() : suspects.putLast(TaskRing.of(known).order(task));
  }
}
