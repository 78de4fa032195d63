package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.Entry;
import dev.dragonfly.api.dfdaemon.v2.ListTaskEntriesRequest;
import dev.dragonfly.api.dfdaemon.v2.ListTaskEntriesResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.seed.SeedOrder;
import dev.dragonfly.scheduler.store.HostDirectory;
import java.util.List;

/** The files that a URL stands for: itself, or what a daemon finds below a URL that ends in '/'. */
public final class FolderEntries {
  private final HostDirectory hosts;
  private final DaemonClient daemons;

  public FolderEntries(HostDirectory hosts, DaemonClient daemons) {
    this.hosts = hosts;
    this.daemons = daemons;
  }

  /**
   * The URLs of the files; folders in it are left out. Blocks; asks a listed seed, who may be given
   * the headers, as a source may need them.
   *
   * @throws DragonflyException INVALID_ARGUMENT with upstream's words
   */
  List<String> urls(Download download) {
    String url = download.getUrl();
    if (!url.endsWith("/")) {
      return List.of(url);
    }
    ListTaskEntriesResponse listed;
    try {
      listed = list(download);
    } catch (DragonflyException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "failed to list task entries: " + e.getMessage(), e);
    }
    List<String> files =
        listed.getEntriesList().stream()
            .filter(entry -> !entry.getIsDir())
            .map(Entry::getUrl)
            .toList();
    Arguments.check(
        !files.isEmpty(),
        () -> "preheat url is a directory, but with no entry: " + shown(download));
    Arguments.atMost("entries of the directory", files.size(), FieldLimits.PREHEAT_URLS);
    return files;
  }

  private ListTaskEntriesResponse list(Download download) {
    TaskId task = TaskIdCalculator.taskId(TaskMapper.toSpec(download));
    List<Host> seeds =
        SeedOrder.of(task, hosts.list().stream().filter(host -> host.type().isSeed()).toList());
    if (seeds.isEmpty()) {
      throw new DragonflyException(ErrorCode.FAILED_PRECONDITION, "no available seed peer");
    }
    ListTaskEntriesRequest.Builder request =
        ListTaskEntriesRequest.newBuilder()
            .setTaskId(task.value())
            .setUrl(download.getUrl())
            .putAllRequestHeader(download.getRequestHeaderMap())
            .addAllCertificateChain(download.getCertificateChainList());
    if (download.hasObjectStorage()) {
      request.setObjectStorage(download.getObjectStorage());
    }
    if (download.hasHdfs()) {
      request.setHdfs(download.getHdfs());
    }
    return daemons.entries(seeds.getFirst(), request.build());
  }

  private static String shown(Download download) {
    return TaskMapper.toSpec(download).publicUrl();
  }
}
