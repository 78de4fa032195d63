package dev.dragonfly.manager.store.redis;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.joblist.Signature;
import dev.dragonfly.common.joblist.TaskState;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Takes jobs off a list as schedulers of upstream do: BLPOP, then RECEIVED, STARTED and the end,
 * each over the state that was there. Ends after the given number of jobs.
 */
final class UpstreamWorker implements AutoCloseable {
  private final RedisClient client;
  private final Thread thread;
  private final List<String> taken = new CopyOnWriteArrayList<>();

  /**
   * @param work from the job to its end
   */
  UpstreamWorker(
      RedisClient client,
      String list,
      int jobs,
      Function<Signature, Function<TaskState, TaskState>> work) {
    this.client = client;
    RedisCommands<String, String> broker = client.connect().sync();
    broker.select(1);
    RedisCommands<String, String> backend = client.connect().sync();
    backend.select(2);
    thread =
        Threads.daemon(
            "upstream-worker",
            () -> {
              for (int i = 0; i < jobs; i++) {
                KeyValue<String, String> job = broker.blpop(20, list);
                if (job == null) {
                  return;
                }
                taken.add(job.getValue());
                Signature signature = Signature.read(job.getValue());
                List<Function<TaskState, TaskState>> steps = new ArrayList<>();
                steps.add(TaskState::received);
                steps.add(TaskState::started);
                steps.add(work.apply(signature));
                for (Function<TaskState, TaskState> step : steps) {
                  TaskState state = TaskState.read(backend.get(signature.uuid()));
                  backend.set(
                      signature.uuid(), step.apply(state).json(), SetArgs.Builder.ex(86400));
                }
              }
            });
  }

  /** The texts that lay in the list. */
  List<String> taken() {
    return taken;
  }

  @Override
  public void close() throws InterruptedException {
    client.shutdown();
    thread.join(30_000);
  }
}
