package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisConnection.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisHostStore.number;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.LeaseStore;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Leases in Redis, on its clock: a hash for the seed trigger, a sorted set for the slots. */
final class RedisLeaseStore implements LeaseStore {
  private final RedisConnection redis;
  private final Keys keys;

  RedisLeaseStore(RedisConnection redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  @Override
  public OptionalLong acquireSeed(TaskId task, Duration timeToLive) {
    long epoch = seed(task, "acquire", 0, timeToLive, "");
    return epoch == 0 ? OptionalLong.empty() : OptionalLong.of(epoch);
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
  public boolean claimSlot(TaskId task, PeerId peer, int limit, Duration timeToLive) {
    return slot(task, "claim", peer, limit, timeToLive) == 1;
  }

  @Override
  public void releaseSlot(TaskId task, PeerId peer) {
    slot(task, "release", peer, 0, Duration.ZERO);
  }

  private long seed(TaskId task, String operation, long epoch, Duration time, String host) {
    CompletionStage<Long> answer =
        redis.eval(
            Script.SEED,
            ScriptOutputType.INTEGER,
            keys.task(task),
            bytes(operation),
            number(epoch),
            number(time.toMillis()),
            bytes(host));
    return redis.await(answer);
  }

  private long slot(TaskId task, String operation, PeerId peer, int limit, Duration time) {
    CompletionStage<Long> answer =
        redis.eval(
            Script.SLOT,
            ScriptOutputType.INTEGER,
            keys.task(task),
            bytes(operation),
            bytes(peer.value()),
            number(limit),
            number(time.toMillis()));
    return redis.await(answer);
  }
}
