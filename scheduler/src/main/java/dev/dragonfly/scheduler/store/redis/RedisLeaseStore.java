package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.number;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Leases in Redis, on its clock: a hash for the seed trigger, a sorted set for the slots. */
final class RedisLeaseStore implements LeaseStore {
  private final RedisConnection redis;
  private final TaskScripts scripts;

  RedisLeaseStore(RedisConnection redis, TaskScripts scripts) {
    this.redis = redis;
    this.scripts = scripts;
  }

  @Override
  public OptionalLong acquireSeed(TaskId task, Duration timeToLive) {
    return epoch(seed(task, "acquire", 0, timeToLive, ""));
  }

  @Override
  public boolean renewSeed(TaskId task, long epoch, HostId seed, Duration timeToLive) {
    return seed(task, "renew", epoch, timeToLive, seed.value()) != 0;
  }

  @Override
  public void finishSeed(TaskId task, long epoch, Duration exhaustedFor) {
    seed(task, "finish", epoch, exhaustedFor, "");
  }

  @Override
  public OptionalLong claimSlot(TaskId task, PeerId peer, int limit, Duration timeToLive) {
    return epoch(slot(task, "claim", peer, limit, timeToLive));
  }

  @Override
  public void releaseSlot(TaskId task, PeerId peer) {
    slot(task, "release", peer, 0, Duration.ZERO);
  }

  private long seed(TaskId task, String operation, long epoch, Duration time, String host) {
    List<byte[]> args =
        List.of(bytes(operation), number(epoch), number(time.toMillis()), bytes(host));
    return redis.await(scripts.count(Script.SEED, task, args));
  }

  private long slot(TaskId task, String operation, PeerId peer, int limit, Duration time) {
    List<byte[]> args =
        List.of(bytes(operation), bytes(peer.value()), number(limit), number(time.toMillis()));
    return redis.await(scripts.count(Script.SLOT, task, args));
  }

  private static OptionalLong epoch(long answer) {
    return answer == 0 ? OptionalLong.empty() : OptionalLong.of(answer);
  }
}
