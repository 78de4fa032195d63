package dev.dragonfly.dfdaemon.client;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.wire.TaskMapper;

/** Holdings to the wire, field by field; what they are made of is mapped in common.wire. */
final class HoldingsWire {
  private HoldingsWire() {}

  static ReportHoldingsRequest toProto(HostId self, HoldingsBatch batch) {
    ReportHoldingsRequest.Builder request =
        ReportHoldingsRequest.newBuilder()
            .setHostId(self.value())
            .setFingerprint(batch.fingerprint())
            .setBatch(batch.number())
            .setLast(batch.last());
    batch.holdings().forEach(holding -> request.addHoldings(toProto(holding)));
    return request.build();
  }

  private static dev.dragonfly.api.ext.v1.Holding toProto(Holding holding) {
    return dev.dragonfly.api.ext.v1.Holding.newBuilder()
        .setTaskId(holding.task().value())
        .setPeerId(holding.peer().value())
        .setDownload(TaskMapper.toDownload(holding.spec()))
        .setFacts(TaskMapper.toFacts(holding.facts()))
        .setPieces(ByteString.copyFrom(holding.pieces().toBytes()))
        .setFinished(holding.finished())
        .setReadSource(holding.readSource())
        .build();
  }
}
