package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.policy.Intent;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what the cluster lets this host download, also when the content is on the disk already. What
 * runs when a rule comes goes on to its end. Safe for any thread.
 */
public final class PolicedTaskRunner implements TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(PolicedTaskRunner.class);

  private final TaskRunner runner;
  private final Supplier<BlockList> blocks;
  private final Runnable blocked;

  /**
   * @param blocks the rules as they are now
   * @param blocked told of each refusal
   */
  public PolicedTaskRunner(TaskRunner runner, Supplier<BlockList> blocks, Runnable blocked) {
    this.runner = runner;
    this.blocks = blocks;
    this.blocked = blocked;
  }

  /**
   * As of every runner.
   *
   * @throws DragonflyException PERMISSION_DENIED for what the block list refuses
   */
  @Override
  public RunningDownload run(DownloadRequest request) {
    try {
      blocks.get().check(Intent.download(request.spec(), request.priority()));
    } catch (DragonflyException e) {
      blocked.run();
      LOG.info("download blocked reason=\"{}\"", e.getMessage());
      throw e;
    }
    return runner.run(request);
  }

  /** Empty for what is refused: {@link #run} says so, and why. */
  @Override
  public Optional<StoredTask> held(TaskId task, TaskSpec spec) {
    boolean refused = blocks.get().ruleAgainst(Intent.download(spec, 0)).isPresent();
    return refused ? Optional.empty() : runner.held(task, spec);
  }

  @Override
  public CompletableFuture<Void> idle(TaskId task) {
    return runner.idle(task);
  }
}
