package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.PreheatOrder;
import dev.dragonfly.manager.dispatch.PreheatOrder.ObjectStorage;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a scheduler is told of a preheat. */
final class PreheatOrders {
  private PreheatOrders() {}

  /**
   * @param headers with which the contents are read
   * @param known what earlier attempts planned and finished
   */
  static PreheatOrder of(
      PreheatArgs args,
      List<String> contents,
      Map<String, String> headers,
      Duration timeout,
      List<JobTarget> known) {
    Long pieceLength = args.pieceLength();
    return new PreheatOrder(
        contents,
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
