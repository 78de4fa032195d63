package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.number;

import dev.dragonfly.common.task.TaskId;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Sends scripts that change or read one task.
 *
 * @param redis where to
 * @param keys names of keys
 * @param timeToLive how long a task that somebody holds is remembered
 */
record TaskScripts(RedisConnection redis, Keys keys, Duration timeToLive) {
  /** Sends it without waiting; the script answers a number. */
  CompletionStage<Long> count(Script script, TaskId task, List<byte[]> args) {
    return redis.eval(script, ScriptOutputType.INTEGER, keys.task(task), all(args));
  }

  /** Sends it without waiting; the script answers a list. */
  CompletionStage<List<Object>> list(Script script, TaskId task, List<byte[]> args) {
    return redis.eval(script, ScriptOutputType.MULTI, keys.task(task), all(args));
  }

  private byte[][] all(List<byte[]> args) {
    List<byte[]> all = new ArrayList<>(args.size() + 1);
    all.add(number(timeToLive.toMillis()));
    all.addAll(args);
    return all.toArray(new byte[0][]);
  }
}
