package dev.dragonfly.dfdaemon.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.CorruptedFrameException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class VortexCodecTest {
  private static final TaskId TASK = new TaskId("0123456789abcdef".repeat(4));

  @Test
  void recordedRequestsAreReproducedByteForByte() throws IOException {
    for (JsonNode exchange : recordings()) {
      String recorded = exchange.get("request").asString();
      Packet packet = decode(recorded);
      assertThat(packet).isInstanceOf(Packet.PieceRequest.class);
      assertThat(encode(packet)).isEqualTo(recorded);
    }
  }

  @Test
  void recordedAnswersAreReproducedByteForByte() throws IOException {
    for (JsonNode exchange : recordings()) {
      String recorded = exchange.get("response_until_content").asString();
      Packet.PieceRequest request =
          (Packet.PieceRequest) decode(exchange.get("request").asString());
      Packet.PieceContent content = (Packet.PieceContent) decode(recorded);
      assertThat(content.number()).isEqualTo(request.piece());
      assertThat(content.traffic()).isEqualTo(Packet.PieceContent.REMOTE_PEER);
      assertThat(content.digest()).startsWith("crc32:");
      assertThat(encode(content)).isEqualTo(recorded);
    }
  }

  @ParameterizedTest
  @EnumSource(TaskKind.class)
  void everyKindHasItsTags(TaskKind kind) {
    Packet request = new Packet.PieceRequest(7, kind, TASK, 3);
    Packet content = new Packet.PieceContent(9, kind, 3, 1L << 40, 5, "", "peer \u00e9", 2, 4, -1);
    assertThat(decode(encode(request))).isEqualTo(request);
    assertThat(decode(encode(content))).isEqualTo(content);
  }

  @ParameterizedTest
  @EnumSource(Packet.Failure.Code.class)
  void failuresSurviveTheWire(Packet.Failure.Code code) {
    Packet failure = new Packet.Failure(255, code, "piece \u00fcber not found");
    assertThat(decode(encode(failure))).isEqualTo(failure);
    assertThat(decode(encode(new Packet.Close(1)))).isEqualTo(new Packet.Close(1));
  }

  @Test
  void busyIsAFailureWhoseTextSaysWhenToComeBack() {
    Packet busy = new Packet.Busy(7, Duration.ofMillis(350));
    assertThat(encode(busy))
        .isEqualTo(
            "07ff0000001900"
                + HexFormat.of().formatHex("busy, retry after 350 ms".getBytes(US_ASCII)));
    assertThat(decode(encode(busy))).isEqualTo(busy);
    Packet endless =
        new Packet.Failure(7, Packet.Failure.Code.UNKNOWN, "busy, retry after 12345678901 ms");
    assertThat(decode(encode(endless))).isEqualTo(endless);
  }

  @Test
  void anUnknownErrorCodeCountsAsUnknown() {
    assertThat(decode("00ff000000022a41"))
        .isEqualTo(new Packet.Failure(0, Packet.Failure.Code.UNKNOWN, "A"));
  }

  @Test
  void nothingIsReadBeforeThePacketIsWhole() {
    byte[] whole =
        HexFormat.of().parseHex(encode(new Packet.PieceRequest(1, TaskKind.STANDARD, TASK, 1)));
    ByteBuf in = Unpooled.buffer();
    for (int i = 0; i < whole.length - 1; i++) {
      in.writeByte(whole[i]);
      assertThat(VortexCodec.decode(in)).isEmpty();
      assertThat(in.readerIndex()).isZero();
    }
    in.writeByte(whole[whole.length - 1]);
    assertThat(VortexCodec.decode(in)).isPresent();
    assertThat(in.isReadable()).isFalse();
    in.release();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000080000000", // a request of 2 GiB
        "000000000045", // a request one byte too long
        "0001ffffffff", // metadata of 4 GiB
        "000100000030", // metadata too short to be any
        "00ff00020000", // an error text of 128 KiB
        "00ff00000000", // an error without a code
        "00fe00000001", // a close with a value
        "000800000000", // a reserved tag
      })
  void aHeaderThatCannotBeIsRefusedBeforeItsValueArrives(String header) {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(header));
    assertThatThrownBy(() -> VortexCodec.decode(in)).isInstanceOf(CorruptedFrameException.class);
  }

  @Test
  void metadataWhoseLengthsDoNotAddUpAreRefused() {
    Packet content =
        new Packet.PieceContent(9, TaskKind.STANDARD, 3, 0, 5, "crc32:1", "peer", 1, 4, 5);
    byte[] good = HexFormat.of().parseHex(encode(content));
    for (int at : new int[] {9, 33, 44}) {
      byte[] bad = good.clone();
      bad[at]++;
      ByteBuf in = Unpooled.wrappedBuffer(bad);
      assertThatThrownBy(() -> VortexCodec.decode(in))
          .as("byte %d", at)
          .isInstanceOf(CorruptedFrameException.class);
    }
  }

  @Test
  void garbageIsEitherAPacketOrRefused() {
    long seed = 20261124L;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] garbage = new byte[random.nextInt(120)];
      random.nextBytes(garbage);
      if (garbage.length > 6) {
        garbage[1] = (byte) (random.nextBoolean() ? random.nextInt(8) : 255);
        garbage[2] = 0;
        garbage[3] = 0;
        garbage[4] = 0;
      }
      ByteBuf in = Unpooled.wrappedBuffer(garbage);
      try {
        Optional<Packet> packet = VortexCodec.decode(in);
        assertThat(packet.isPresent() || in.readerIndex() == 0).as("seed %d", seed).isTrue();
      } catch (CorruptedFrameException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  private static Packet decode(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    Packet packet = VortexCodec.decode(in).orElseThrow();
    assertThat(in.isReadable()).isFalse();
    return packet;
  }

  private static String encode(Packet packet) {
    ByteBuf out = VortexCodec.encode(packet, UnpooledByteBufAllocator.DEFAULT);
    try {
      return ByteBufUtil.hexDump(out);
    } finally {
      out.release();
    }
  }

  private static JsonNode recordings() throws IOException {
    try (InputStream in = VortexCodecTest.class.getResourceAsStream("/golden/vortex.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }
}
