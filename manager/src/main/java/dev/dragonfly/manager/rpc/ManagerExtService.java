package dev.dragonfly.manager.rpc;

import dev.dragonfly.api.ext.v1.FiguresSlot;
import dev.dragonfly.api.ext.v1.ManagerExtGrpc;
import dev.dragonfly.api.ext.v1.ReportFiguresRequest;
import dev.dragonfly.api.ext.v1.ReportFiguresResponse;
import dev.dragonfly.manager.figures.FigureReport;
import dev.dragonfly.manager.figures.Figures;
import io.grpc.stub.StreamObserver;
import org.springframework.stereotype.Component;

/** What our schedulers say beyond the service of upstream. Runs on virtual threads. */
@Component
public final class ManagerExtService extends ManagerExtGrpc.ManagerExtImplBase {
  private final Figures figures;

  ManagerExtService(Figures figures) {
    this.figures = figures;
  }

  @Override
  public void reportFigures(
      ReportFiguresRequest request, StreamObserver<ReportFiguresResponse> response) {
    Answer.send(
        response,
        () -> {
          RequestRules.clusterId(request.getSchedulerClusterId());
          figures.store(
              new FigureReport(
                  request.getSchedulerClusterId(),
                  request.getInstance(),
                  request.getSlotsList().stream().map(ManagerExtService::slot).toList()));
          return ReportFiguresResponse.getDefaultInstance();
        });
  }

  /** Counts beyond what a long holds come as negative ones, which are refused. */
  private static FigureReport.Slot slot(FiguresSlot slot) {
    return new FigureReport.Slot(
        slot.getBegin(),
        new FigureReport.Counts(
            slot.getOriginBytes(),
            slot.getSeedBytes(),
            slot.getPeerBytes(),
            slot.getDownloads(),
            slot.getFailures(),
            slot.getBackToSource(),
            Integer.toUnsignedLong(slot.getHosts()),
            Integer.toUnsignedLong(slot.getRunning())));
  }
}
