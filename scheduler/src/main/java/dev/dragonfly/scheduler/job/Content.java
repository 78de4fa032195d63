package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.oci.DistributionPath;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A content as the daemons of hosts name it. Ours know blobs and manifests by their digest, as
 * their proxies do; upstream's know everything by its URL unless they are told otherwise.
 *
 * @param url as the order has it
 * @param ours what it is for a daemon of ours
 * @param upstream what it is for a daemon of upstream
 */
public record Content(String url, TaskSpec ours, TaskSpec upstream) {
  /**
   * The content of this URL.
   *
   * @param shared what else is asked for
   * @throws IllegalArgumentException when it has no identity
   */
  public static Content of(String url, TaskSpec shared) {
    TaskSpec upstream = shared.withUrl(url);
    Content content = new Content(url, image(url).orElse(upstream), upstream);
    TaskIdCalculator.taskId(content.ours);
    TaskIdCalculator.taskId(content.upstream);
    return content;
  }

  /** What it is on this host. */
  public TaskSpec on(Host host) {
    return host.isOurs() ? ours : upstream;
  }

  /** Its task on this host. */
  public TaskId taskOn(Host host) {
    return TaskIdCalculator.taskId(on(host));
  }

  /** All tasks that it is on one host or another. */
  Set<TaskId> tasks() {
    Set<TaskId> tasks = new LinkedHashSet<>();
    tasks.add(TaskIdCalculator.taskId(ours));
    tasks.add(TaskIdCalculator.taskId(upstream));
    return tasks;
  }

  private static Optional<TaskSpec> image(String url) {
    int path = url.indexOf('/', url.indexOf("://") + 3);
    if (path < 0) {
      return Optional.empty();
    }
    Optional<DistributionPath> parsed =
        DistributionPath.parse(url.substring(path).replaceFirst("(?s)[?#].*", ""));
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    return switch (parsed.get()) {
      case DistributionPath.Blob blob -> Optional.of(TaskSpec.ofBlob(url, blob.digest()));
      case DistributionPath.Manifest manifest ->
          manifest.digest().map(digest -> TaskSpec.ofManifest(url, digest));
      case DistributionPath.Ping ping -> Optional.empty();
      case DistributionPath.InRepository other -> Optional.empty();
    };
  }
}
