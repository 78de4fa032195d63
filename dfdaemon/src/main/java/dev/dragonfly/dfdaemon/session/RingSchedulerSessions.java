package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Sessions along the ring of schedulers. Safe for any thread. Closing it closes nothing: downloads
 * own their sessions.
 */
public final class RingSchedulerSessions implements SchedulerSessions {
  private final SessionEnvironment environment;
  private final Set<RingSession> open = ConcurrentHashMap.newKeySet();

  public RingSchedulerSessions(
      SchedulerClient client,
      Schedulers schedulers,
      HostAnnouncement announcement,
      SchedulerConfig config,
      Time time,
      Timers timers,
      RandomGenerator random) {
    this.environment =
        new SessionEnvironment(
            client,
            schedulers,
            announcement,
            config,
            time,
            timers,
            random,
            new Suspects(time),
            open);
    schedulers.listen(changed -> open.forEach(RingSession::beginRoundIfIdle));
  }

  @Override
  public SchedulerSession open(
      TaskId task, PeerId peer, Supplier<PeerEvent.Register> register, Runnable wakeUp) {
    RingSession session = new RingSession(task, peer, register, wakeUp, environment);
    open.add(session); // First: a list that changes while it starts is heard, and not missed.
    session.start();
    return session;
  }

  @Override
  public boolean needsLengths() {
    SchedulerClient client = environment.client();
    return environment.schedulers().current().stream().anyMatch(client::isUpstream);
  }
}
