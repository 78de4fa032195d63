package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.PreheatOrder;
import dev.dragonfly.manager.dispatch.PreheatOrder.ObjectStorage;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a scheduler is told of a preheat. */
final class PreheatOrders {
  /** A scheduler takes messages of 4 MiB; the rest is for headers and the frame of each entry. */
  private static final long MOST_BYTES = 3L << 20;

  private static final int FRAME_BYTES = 16;

  private PreheatOrders() {}

  /**
   * Some contents, as many as fit into one order.
   *
   * @param known what earlier attempts planned and finished of them
   */
  record Share(List<String> contents, List<JobTarget> known) {}

  /**
   * What is left, in order. Most preheats are one share; ten thousand long URLs, or a takeover that
   * names thousands of hosts, are several. A content of which every target has ended is in none.
   */
  static List<Share> shares(List<String> contents, List<JobTarget> known) {
    Map<String, List<JobTarget>> byUrl =
        known.stream().collect(Collectors.groupingBy(JobTarget::url));
    List<Share> shares = new ArrayList<>();
    long room = 0;
    for (String content : contents) {
      List<JobTarget> targets = byUrl.getOrDefault(content, List.of());
      boolean done =
          !targets.isEmpty() && targets.stream().allMatch(target -> target.state().hasEnded());
      if (done) {
        continue;
      }
      long bytes = bytes(content, targets);
      if (shares.isEmpty()
          || bytes > room
          || shares.getLast().contents().size() == PreheatArgs.MAX_URLS) {
        shares.add(new Share(new ArrayList<>(), new ArrayList<>()));
        room = MOST_BYTES;
      }
      room -= bytes;
      shares.getLast().contents().add(content);
      shares.getLast().known().addAll(targets);
    }
    return shares;
  }

  /** On the wire; a target that has ended is named twice. */
  private static long bytes(String content, List<JobTarget> targets) {
    long bytes = (long) content.length() + FRAME_BYTES;
    for (JobTarget target : targets) {
      bytes += 2L * (content.length() + target.hostId().length() + FRAME_BYTES);
    }
    return bytes;
  }

  /**
   * The order for a share.
   *
   * @param headers with which the contents are read
   */
  static PreheatOrder of(
      PreheatArgs args, Share share, Map<String, String> headers, Duration timeout) {
    List<JobTarget> known = share.known();
    Long pieceLength = args.pieceLength();
    return new PreheatOrder(
        share.contents(),
        headers,
        pieceLength == null ? OptionalLong.empty() : OptionalLong.of(pieceLength),
        args.tag(),
        args.application(),
        TaskArgs.names(args.filteredQueryParams()),
        args.scope(),
        args.ips() == null ? List.of() : args.ips(),
        number(args.count()),
        number(args.percentage()),
        args.concurrentTaskCount(),
        args.concurrentPeerCount(),
        timeout,
        Optional.ofNullable(args.objectStorage()).map(PreheatOrders::store),
        Optional.ofNullable(args.hdfs()).map(hdfs -> TaskArgs.orEmpty(hdfs.delegationToken())),
        targets(known.stream().filter(target -> target.state().hasEnded()).toList()),
        targets(known));
  }

  private static List<Target> targets(List<JobTarget> known) {
    return known.stream().map(target -> new Target(target.url(), target.hostId())).toList();
  }

  private static OptionalInt number(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static ObjectStorage store(PreheatArgs.ObjectStorageArgs args) {
    return new ObjectStorage(
        TaskArgs.orEmpty(args.region()),
        TaskArgs.orEmpty(args.endpoint()),
        TaskArgs.orEmpty(args.accessKeyId()),
        TaskArgs.orEmpty(args.accessKeySecret()),
        TaskArgs.orEmpty(args.sessionToken()),
        TaskArgs.orEmpty(args.credentialPath()),
        TaskArgs.orEmpty(args.predefinedAcl()),
        TaskArgs.orEmpty(args.securityToken()),
        Boolean.TRUE.equals(args.insecureSkipVerify()));
  }
}
