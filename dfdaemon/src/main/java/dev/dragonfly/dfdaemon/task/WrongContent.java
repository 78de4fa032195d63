package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of content that is not what it is named, or that its source does not give any more:
 * it is thrown away here, those who vouched for it are named, and the callers are served from the
 * source. Blocks; on virtual threads.
 */
final class WrongContent {
  private static final Logger LOG = LoggerFactory.getLogger(WrongContent.class);

  private final DownloadContext context;

  WrongContent(DownloadContext context) {
    this.context = context;
  }

  /**
   * Looks at the whole, whoever delivered the last piece of it.
   *
   * @throws DragonflyException DIGEST_MISMATCH when it is not what its task is named
   */
  static void check(StoredTask stored) {
    Optional<Digest> named = TaskIdCalculator.contentDigest(stored.spec());
    if (named.isEmpty() || !stored.isComplete()) {
      return;
    }
    Digest actual = stored.digest(named.get().algorithm());
    if (!actual.equals(named.get())) {
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "content of %s is %s (expected %s): nothing of it is kept"
              .formatted(stored.spec().publicUrl(), actual, named.get()));
    }
  }

  /** Clears up after a download; the one that takes its place, where the source may help. */
  Optional<TaskDownload> after(TaskDownload failed, DragonflyException failure) {
    StoredTask stored = failed.stored();
    return switch (failure.code()) {
      case DIGEST_MISMATCH -> {
        Set<HostId> blamed = Vouchers.of(stored, context.hostId());
        LOG.warn(
            "task removed task={} blamed={} cause={}", stored.id(), blamed, failure.getMessage());
        PeerId peer = failed.peer();
        context.store().delete(stored.id());
        context.reports().wrongContent(stored.id(), peer, blamed);
        yield failed.wasReadFromSource() ? Optional.empty() : fromSource(failed);
      }
      case SOURCE_CHANGED -> {
        // What is complete was the content once and nobody was harmed; a part never becomes whole.
        if (stored.isComplete()) {
          yield Optional.empty();
        }
        LOG.info("task removed task={} cause={}", stored.id(), failure.getMessage());
        context.store().delete(stored.id());
        yield fromSource(failed);
      }
      default -> Optional.empty();
    };
  }

  private Optional<TaskDownload> fromSource(TaskDownload failed) {
    if (!failed.maySourceHelp()) {
      return Optional.empty();
    }
    TaskId id = failed.stored().id();
    StoredTask fresh = context.store().open(id, failed.stored().spec());
    PeerId peer = context.peerIds().begin(id);
    return Optional.of(
        new TaskDownload(fresh, peer, failed.request(), TaskDownload.From.SOURCE, context));
  }
}
