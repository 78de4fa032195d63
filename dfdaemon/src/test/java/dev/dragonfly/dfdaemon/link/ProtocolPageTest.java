package dev.dragonfly.dfdaemon.link;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.task.TaskFacts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The packets of docs/protocol.md are what the code writes. */
class ProtocolPageTest {
  @Test
  void everyPacketOfThePageIsWrittenSo() throws IOException {
    Map<String, String> written = new HashMap<>();
    put(written, "HELLO of host `h`", Frames.hello(new Frames.Hello(1, 1, "h", 4005)));
    put(
        written,
        "OPEN, growing",
        Frames.open(
            new Frames.Open(7, 0, TaskState.GROWING, "ab".repeat(32), "p"), TaskFacts.NONE));
    put(
        written,
        "STATE, complete, 9 bytes long",
        Frames.state(7, TaskState.COMPLETE, TaskFacts.NONE.withContentLength(9)));
    put(written, "HAVE of 0, 1 and 9", Frames.have(7, bits(0, 1, 9)).getFirst());
    put(written, "HAVE of 20", Frames.have(7, bits(20)).getFirst());
    put(written, "REQUEST of 1 and 2", Frames.numbers(Frames.REQUEST, 7, 1, 2).getFirst());
    put(written, "CANCEL of 1", Frames.numbers(Frames.CANCEL, 7, 1).getFirst());
    put(
        written,
        "BLOCK 3, from 16, `xyz`",
        Frames.chunkHead(7, 3, 16, 3).writeBytes("xyz".getBytes(US_ASCII)));
    put(written, "BUSY, 250 ms", Frames.busy(7, 1, 250));
    put(written, "MISSING of 1", Frames.numbers(Frames.MISSING, 7, 1).getFirst());
    put(written, "CLOSE, done, `ok`", Frames.end(Frames.CLOSE, 7, CloseReason.DONE, "ok"));
    put(written, "REFUSE, not found", Frames.end(Frames.REFUSE, 7, CloseReason.NOT_FOUND, ""));
    assertThat(page()).isEqualTo(written);
  }

  private static Map<String, String> page() throws IOException {
    Map<String, String> packets = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("../docs/protocol.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 4 && cells[2].strip().matches("`[0-9a-f ]{12,}`")) {
        packets.put(cells[1].strip(), cells[2].replaceAll("[` ]", ""));
      }
    }
    return packets;
  }

  private static BitSet bits(int... blocks) {
    BitSet bits = new BitSet();
    for (int block : blocks) {
      bits.set(block);
    }
    return bits;
  }

  private static void put(Map<String, String> written, String name, ByteBuf frame) {
    written.put(name, ByteBufUtil.hexDump(frame));
    frame.release();
  }
}
