package dev.dragonfly.manager.job;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.oci.DistributionPath;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Under which ids a task may be known. A blob or manifest of a registry has two: that of its URL,
 * which preheats and upstream use, and that of its digest, under which our proxies share it.
 */
final class TaskIds {
  private static final Pattern REGISTRY = Pattern.compile("^[^:/?#]+://[^/?#]+(/v2/[^?#]*)");

  private TaskIds() {}

  /**
   * All ids, the usual one first.
   *
   * @throws DragonflyException INVALID_ARGUMENT when the URL is none
   */
  static List<String> of(TaskArgs args) {
    if (!args.url().isEmpty()) {
      return ofUrl(args);
    }
    String content = args.contentForCalculatingTaskId();
    return List.of(content == null ? args.taskId() : TaskIdCalculator.ofContent(content).value());
  }

  private static List<String> ofUrl(TaskArgs args) {
    try {
      List<String> ids = new ArrayList<>();
      ids.add(TaskIdCalculator.taskId(spec(args)).value());
      ofDigest(args.url()).filter(id -> !ids.contains(id)).ifPresent(ids::add);
      return ids;
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "args.url: " + e.getMessage(), e);
    }
  }

  private static Optional<String> ofDigest(String url) {
    Matcher registry = REGISTRY.matcher(url);
    if (!registry.find()) {
      return Optional.empty();
    }
    Optional<DistributionPath> path = path(registry.group(1));
    if (path.isEmpty()) {
      return Optional.empty();
    }
    return switch (path.get()) {
      case DistributionPath.Blob blob -> Optional.of(blob.digest().encoded());
      case DistributionPath.Manifest manifest -> manifest.digest().map(TaskIds::ofManifest);
      case DistributionPath.Tags tags -> Optional.empty();
      case DistributionPath.Referrers referrers -> Optional.empty();
      case DistributionPath.Ping ping -> Optional.empty();
    };
  }

  private static String ofManifest(Digest digest) {
    return TaskIdCalculator.ofContent(TaskIdCalculator.contentOfManifest(digest)).value();
  }

  /** Empty also for what is not quite a path of a registry: then the URL alone says which task. */
  private static Optional<DistributionPath> path(String rawPath) {
    try {
      return DistributionPath.parse(rawPath);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static TaskSpec spec(TaskArgs args) {
    Long pieceLength = args.pieceLength();
    return new TaskSpec(
        TaskKind.STANDARD,
        args.url(),
        Optional.empty(),
        Optional.of(args.tag()),
        Optional.of(args.application()),
        TaskArgs.names(args.filteredQueryParams()),
        Map.of(),
        pieceLength == null ? OptionalLong.empty() : OptionalLong.of(pieceLength),
        Optional.empty(),
        false);
  }
}
