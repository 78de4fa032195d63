package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import java.net.InetSocketAddress;
import java.util.List;

/** What a session needs of its surroundings. Safe for any thread. */
interface SessionEnvironment {

  SchedulerClient client();

  Schedulers schedulers();

  HostAnnouncement announcement();

  SchedulerConfig config();

  Time time();

  Timers timers();

  /** Which schedulers did not answer a moment ago. */
  Suspects suspects();

  /** The schedulers in the order in which a task tries them; may be empty. */
  List<InetSocketAddress> order(TaskId task);

  /** Runs on a new virtual thread. */
  void run(String name, Runnable action);

  /** The session is closed. */
  void forget(RingSession session);
}
