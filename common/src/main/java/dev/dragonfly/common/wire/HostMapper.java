package dev.dragonfly.common.wire;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Build;
import dev.dragonfly.api.common.v2.CPU;
import dev.dragonfly.api.common.v2.Disk;
import dev.dragonfly.api.common.v2.Memory;
import dev.dragonfly.api.common.v2.Network;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import java.util.HexFormat;
import java.util.Optional;

/** Hosts on the wire. */
public final class HostMapper {
  private static final int MIN_PORT = 1024;
  private static final int MAX_PORT = 65534;
  private static final double FULL = 100.0;

  private HostMapper() {}

  /** For the wire; satisfies upstream's validators, also when a client sends it back. */
  public static dev.dragonfly.api.common.v2.Host toProto(Host host) {
    dev.dragonfly.api.common.v2.Host.Builder proto =
        dev.dragonfly.api.common.v2.Host.newBuilder()
            .setId(host.id().value())
            .setType(host.type().number())
            .setHostname(host.hostname())
            .setName(host.hostname())
            .setIp(host.ip())
            .setPort(host.port())
            .setDownloadPort(host.port())
            .setProxyPort(host.proxyPort())
            .setPiecePort(host.pieceDataPort())
            .setOs("linux")
            .setSchedulerClusterId(host.schedulerClusterId())
            .setDisableShared(host.disableShared())
            .setExtVersion(host.extVersion())
            .setBuild(Build.newBuilder().setGitVersion("java"));
    host.readerKeyHex().ifPresent(key -> proto.setReaderKey(ByteString.fromHex(key)));
    stats(proto, host);
    return proto.build();
  }

  private static void stats(dev.dragonfly.api.common.v2.Host.Builder proto, Host host) {
    HostStats stats = host.stats();
    Network.Builder network =
        Network.newBuilder()
            .setUploadTcpConnectionCount(stats.uploads())
            .setTxBandwidth(stats.txBandwidth())
            .setMaxTxBandwidth(stats.maxTxBandwidth())
            .setRxBandwidth(stats.rxBandwidth())
            .setMaxRxBandwidth(stats.maxRxBandwidth());
    host.idc().ifPresent(network::setIdc);
    host.location().ifPresent(network::setLocation);
    proto
        .setNetwork(network)
        .setCpu(CPU.newBuilder().setPercent(Math.clamp(stats.cpuPercent(), 0, FULL)))
        .setMemory(
            Memory.newBuilder()
                .setTotal(stats.memoryTotal())
                .setAvailable(stats.memoryAvailable())
                .setUsedPercent(usedPercent(stats.memoryTotal(), stats.memoryAvailable())))
        .setDisk(
            Disk.newBuilder()
                .setTotal(stats.diskTotal())
                .setFree(stats.diskFree())
                .setUsed(Math.max(0, stats.diskTotal() - stats.diskFree()))
                .setUsedPercent(usedPercent(stats.diskTotal(), stats.diskFree())));
  }

  private static double usedPercent(long total, long free) {
    return total == 0 ? 0 : Math.clamp(FULL * (total - free) / total, 0, FULL);
  }

  /**
   * From the wire.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static Host fromProto(dev.dragonfly.api.common.v2.Host proto) {
    Arguments.notEmpty("host.id", proto.getId());
    Arguments.notEmpty("host.hostname", proto.getHostname());
    Arguments.notEmpty("host.ip", proto.getIp());
    Arguments.check(
        proto.getPort() >= MIN_PORT && proto.getPort() <= MAX_PORT,
        "host.port must be 1024 to 65534, got " + proto.getPort());
    int keyLength = proto.getReaderKey().size();
    Arguments.check(
        keyLength == 0 || keyLength == 32, "host.reader_key must have 32 bytes, got " + keyLength);
    Network network = proto.getNetwork();
    return new Host(
        Arguments.parse("host.id", proto.getId(), HostId::new),
        Arguments.parse("host.type", proto.getType(), HostType::of),
        proto.getHostname(),
        proto.getIp(),
        proto.getPort(),
        proto.getPiecePort(),
        proto.getProxyPort(),
        text(network.hasIdc(), network.getIdc()),
        text(network.hasLocation(), network.getLocation()),
        proto.getSchedulerClusterId(),
        proto.getDisableShared(),
        keyLength == 0
            ? Optional.empty()
            : Optional.of(HexFormat.of().formatHex(proto.getReaderKey().toByteArray())),
        proto.getExtVersion(),
        new HostStats(
            proto.getCpu().getPercent(),
            proto.getMemory().getTotal(),
            proto.getMemory().getAvailable(),
            proto.getDisk().getTotal(),
            proto.getDisk().getFree(),
            network.getTxBandwidth(),
            network.getMaxTxBandwidth(),
            network.getRxBandwidth(),
            network.getMaxRxBandwidth(),
            network.getUploadTcpConnectionCount()));
  }

  private static Optional<String> text(boolean present, String value) {
    return present && !value.isEmpty() ? Optional.of(value) : Optional.empty();
  }
}
