package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.scheduler.resource.PeerState;
import java.util.Optional;

/** The stored form of a host, and of an index entry: a state, a number of pieces, a host. */
final class HostCodec {
  private static final PeerState[] STATES = PeerState.values();

  private HostCodec() {}

  static byte[] encode(Host host) {
    Packer out = new Packer();
    write(host, out);
    return out.toBytes();
  }

  static Host decode(byte[] bytes) {
    return read(new Unpacker(bytes));
  }

  @SuppressWarnings("EnumOrdinal") // The scripts know the states by these numbers.
  static byte[] encodeEntry(PeerState state, int pieceCount, Host host) {
    Packer out = new Packer().number(state.ordinal()).number(pieceCount);
    write(host, out);
    return out.toBytes();
  }

  static Entry decodeEntry(byte[] bytes, HostCache hosts) {
    Unpacker in = new Unpacker(bytes);
    return new Entry(STATES[in.integer()], in.integer(), hosts.host(in.rest()));
  }

  record Entry(PeerState state, int pieceCount, Host host) {}

  private static void write(Host host, Packer out) {
    out.text(host.id().value())
        .number(host.type().number())
        .text(host.hostname())
        .text(host.ip())
        .number(host.port())
        .number(host.pieceDataPort())
        .number(host.proxyPort())
        .text(host.idc().orElse(""))
        .text(host.location().orElse(""))
        .number(host.schedulerClusterId())
        .flag(host.disableShared())
        .text(host.readerKeyHex().orElse(""))
        .number(host.extVersion());
    HostStats stats = host.stats();
    out.number(Double.doubleToLongBits(stats.cpuPercent()))
        .number(stats.memoryTotal())
        .number(stats.memoryAvailable())
        .number(stats.diskTotal())
        .number(stats.diskFree())
        .number(stats.txBandwidth())
        .number(stats.maxTxBandwidth())
        .number(stats.rxBandwidth())
        .number(stats.maxRxBandwidth())
        .number(stats.uploads());
  }

  private static Host read(Unpacker in) {
    return new Host(
        new HostId(in.text()),
        HostType.of(in.integer()),
        in.text(),
        in.text(),
        in.integer(),
        in.integer(),
        in.integer(),
        optional(in.text()),
        optional(in.text()),
        in.number(),
        in.flag(),
        optional(in.text()),
        in.integer(),
        new HostStats(
            Double.longBitsToDouble(in.number()),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.number(),
            in.integer()));
  }

  private static Optional<String> optional(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
