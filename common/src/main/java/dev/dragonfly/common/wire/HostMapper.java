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
import java.util.regex.Pattern;

/** Hosts on the wire. */
public final class HostMapper {
  private static final int MIN_PORT = 1024;
  private static final int MAX_PORT = 65534;
  private static final int HIGHEST_PORT = 65535;

  /** Labels of letters, digits and hyphens within; what follows a final dot is the root. */
  private static final Pattern HOSTNAME =
      Pattern.compile(
          "(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\\.)*"
              + "[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\\.?");

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
    checkName(proto.getHostname());
    AddressMapper.address("host.ip", proto.getIp());
    Arguments.check(
        proto.getPort() >= MIN_PORT && proto.getPort() <= MAX_PORT,
        () -> "host.port must be 1024 to 65534, got " + proto.getPort());
    checkPort("host.piece_port", proto.getPiecePort());
    checkPort("host.proxy_port", proto.getProxyPort());
    int keyLength = proto.getReaderKey().size();
    Arguments.check(
        keyLength == 0 || keyLength == FieldLimits.PUBLIC_KEY,
        () -> "host.reader_key must have 32 bytes, got " + keyLength);
    Network network = proto.getNetwork();
    return new Host(
        Arguments.parse("host.id", proto.getId(), HostId::new),
        Arguments.parse("host.type", proto.getType(), HostType::of),
        proto.getHostname(),
        proto.getIp(),
        proto.getPort(),
        proto.getPiecePort(),
        proto.getProxyPort(),
        place("host.network.idc", network.getIdc()),
        place("host.network.location", network.getLocation()),
        proto.getSchedulerClusterId(),
        proto.getDisableShared(),
        keyLength == 0
            ? Optional.empty()
            : Optional.of(HexFormat.of().formatHex(proto.getReaderKey().toByteArray())),
        proto.getExtVersion(),
        load(proto));
  }

  /** Load is a hint: what makes no sense counts as not measured. */
  private static HostStats load(dev.dragonfly.api.common.v2.Host proto) {
    Network network = proto.getNetwork();
    double cpu = proto.getCpu().getPercent();
    return new HostStats(
        cpu >= 0 && cpu <= FULL ? cpu : 0,
        Math.max(0, proto.getMemory().getTotal()),
        Math.max(0, proto.getMemory().getAvailable()),
        Math.max(0, proto.getDisk().getTotal()),
        Math.max(0, proto.getDisk().getFree()),
        Math.max(0, network.getTxBandwidth()),
        Math.max(0, network.getMaxTxBandwidth()),
        Math.max(0, network.getRxBandwidth()),
        Math.max(0, network.getMaxRxBandwidth()),
        Math.max(0, network.getUploadTcpConnectionCount()));
  }

  private static void checkName(String hostname) {
    Arguments.notEmpty("host.hostname", hostname);
    Arguments.within("host.hostname", hostname, FieldLimits.HOSTNAME);
    Arguments.check(
        HOSTNAME.matcher(hostname).matches(),
        () -> "host.hostname must be a name of RFC 1123, got '" + hostname + "'");
  }

  private static void checkPort(String field, int port) {
    Arguments.check(
        port >= 0 && port <= HIGHEST_PORT, () -> field + " must be 0 to 65535, got " + port);
  }

  private static Optional<String> place(String field, String value) {
    return Arguments.optionalText(field, !value.isEmpty(), value, FieldLimits.NAME);
  }
}
