package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Samples.HOST;
import static dev.dragonfly.common.wire.Samples.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Disk;
import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.common.v2.Memory;
import dev.dragonfly.api.common.v2.Network;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostMapperTest {
  @Test
  void aHostComesBackAsItWas() {
    assertThat(HostMapper.fromProto(HostMapper.toProto(HOST))).isEqualTo(HOST);
  }

  @ParameterizedTest
  @EnumSource(HostType.class)
  void everyTypeHasItsNumber(HostType type) {
    assertThat(HostMapper.fromProto(host().setType(type.number()).build()).type()).isEqualTo(type);
    assertThat(type.isSeed()).isEqualTo(type != HostType.NORMAL);
  }

  @Test
  void aHostOfUpstreamHasNoneOfOurExtensions() {
    dev.dragonfly.common.host.Host host =
        HostMapper.fromProto(
            Host.newBuilder()
                .setId("id")
                .setHostname("node")
                .setIp("10.0.0.1")
                .setPort(4000)
                .setNetwork(Network.newBuilder().setIdc(""))
                .build());

    assertThat(host.isOurs()).isFalse();
    assertThat(host.pieceDataPort()).isZero();
    assertThat(host.readerKeyHex()).isEmpty();
    assertThat(host.idc()).isEmpty();
    assertThat(host.stats()).isEqualTo(HostStats.NONE);
  }

  @Test
  void percentagesStayWithinWhatUpstreamAllows() {
    Host wire = HostMapper.toProto(HOST);

    assertThat(wire.getMemory()).extracting(Memory::getUsedPercent).isEqualTo(75.0);
    assertThat(wire.getDisk()).extracting(Disk::getUsedPercent).isEqualTo(75.0);
    assertThat(wire.getCpu().getPercent()).isEqualTo(12.5);
    assertThat(wire.getBuild().getGitVersion()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 80, 1023, 65535, 70000})
  void aPortOutsideOfWhatUpstreamAllowsIsRefused(int port) {
    assertInvalid(
        () -> HostMapper.fromProto(host().setPort(port).build()),
        "host.port must be 1024 to 65534, got " + port);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 100, -1})
  void aTypeWithoutMeaningIsRefused(int type) {
    assertInvalid(
        () -> HostMapper.fromProto(host().setType(type).build()),
        "host.type: unknown host type " + type);
  }

  @Test
  void aHostWithoutANameAnAddressOrAnIdIsRefusedByTheField() {
    assertInvalid(() -> HostMapper.fromProto(host().setId("").build()), "host.id");
    assertInvalid(() -> HostMapper.fromProto(host().setId("x".repeat(513)).build()), "host.id");
    assertInvalid(() -> HostMapper.fromProto(host().setHostname("").build()), "host.hostname");
    assertInvalid(() -> HostMapper.fromProto(host().setIp("").build()), "host.ip");
  }

  @Test
  void aReaderKeyOfAnotherLengthIsRefused() {
    assertInvalid(
        () -> HostMapper.fromProto(host().setReaderKey(ByteString.copyFrom(new byte[31])).build()),
        "host.reader_key must have 32 bytes, got 31");
  }

  private static Host.Builder host() {
    return HostMapper.toProto(HOST).toBuilder();
  }
}
