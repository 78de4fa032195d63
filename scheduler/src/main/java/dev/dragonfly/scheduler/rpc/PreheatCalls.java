package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.scheduler.v2.File;
import dev.dragonfly.api.scheduler.v2.Image;
import dev.dragonfly.api.scheduler.v2.Layer;
import dev.dragonfly.api.scheduler.v2.PeerFile;
import dev.dragonfly.api.scheduler.v2.PeerImage;
import dev.dragonfly.api.scheduler.v2.PreheatFileRequest;
import dev.dragonfly.api.scheduler.v2.PreheatImageRequest;
import dev.dragonfly.api.scheduler.v2.StatFileRequest;
import dev.dragonfly.api.scheduler.v2.StatFileResponse;
import dev.dragonfly.api.scheduler.v2.StatImageRequest;
import dev.dragonfly.api.scheduler.v2.StatImageResponse;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.ImageRequest;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.registry.ResolvedImage;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.job.Content;
import dev.dragonfly.scheduler.job.PreheatOrder.Pace;
import dev.dragonfly.scheduler.job.TaskCopies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Preheats without a manager, as upstream's schedulers offer them: they answer when the preheat has
 * begun, and the log and the metrics tell how it ended. Blocks; for virtual threads.
 */
public final class PreheatCalls {
  private static final int MOST_LAYERS = 100;

  private final RequestedPreheats preheats;
  private final ImageResolver images;
  private final FolderEntries folders;
  private final TaskCopies copies;

  public PreheatCalls(
      RequestedPreheats preheats, ImageResolver images, FolderEntries folders, TaskCopies copies) {
    this.preheats = preheats;
    this.images = images;
    this.folders = folders;
    this.copies = copies;
  }

  void preheatImage(PreheatImageRequest request) {
    UpstreamRequest fields = new UpstreamRequest(request);
    Download download = fields.download();
    PreheatRequest.Builder preheat = fields.preheat();
    Duration timeout = fields.timeout(Pace.TIMEOUT);
    ResolvedImage image = resolve(fields, download, request.hasPassword());
    begin(
        preheat.addAllUrls(image.blobUrls()),
        download.toBuilder().clearRequestHeader().putAllRequestHeader(image.headers()),
        timeout);
  }

  /** Unlike upstream's this keeps the tag: without it another task would be preheated. */
  void preheatFile(PreheatFileRequest request) {
    UpstreamRequest fields = new UpstreamRequest(request);
    Download download = fields.download();
    PreheatRequest.Builder preheat = fields.preheat();
    Duration timeout = fields.timeout(Pace.TIMEOUT);
    begin(preheat.addAllUrls(folders.urls(download)), download.toBuilder(), timeout);
  }

  StatImageResponse statImage(StatImageRequest request) {
    UpstreamRequest fields = new UpstreamRequest(request);
    Download download = fields.download();
    int layersAtOnce = fields.atOnce("concurrent_layer_count", MOST_LAYERS);
    int hostsAtOnce = fields.atOnce("concurrent_peer_count", Pace.MOST_HOSTS);
    ResolvedImage image = resolve(fields, download, request.hasPassword());
    StatImageResponse.Builder response =
        StatImageResponse.newBuilder()
            .setImage(
                Image.newBuilder()
                    .addAllLayers(
                        image.blobUrls().stream()
                            .map(url -> Layer.newBuilder().setUrl(url).build())
                            .toList()));
    copies
        .perHost(contents(download, image.blobUrls()), orDefault(layersAtOnce), hosts(hostsAtOnce))
        .forEach((host, held) -> {
          PeerImage.Builder peer =
              PeerImage.newBuilder().setIp(host.ip()).setHostname(host.hostname());
          held.forEach((url, copy) ->
              peer.addCachedLayers(Layer.newBuilder().setUrl(url).setIsFinished(copy.finished())));
          response.addPeers(peer);
        });
    return response.build();
  }

  StatFileResponse statFile(StatFileRequest request) {
    UpstreamRequest fields = new UpstreamRequest(request);
    Download download = fields.download();
    int hostsAtOnce = fields.atOnce("concurrent_peer_count", Pace.MOST_HOSTS);
    StatFileResponse.Builder response = StatFileResponse.newBuilder();
    copies
        .perHost(contents(download, folders.urls(download)), Pace.CONTENTS, hosts(hostsAtOnce))
        .forEach((host, held) -> {
          PeerFile.Builder peer =
              PeerFile.newBuilder().setIp(host.ip()).setHostname(host.hostname());
          held.forEach((url, copy) ->
              peer.addCachedFiles(File.newBuilder().setUrl(url).setIsFinished(copy.finished())));
          response.addPeers(peer);
        });
    return response.build();
  }

  private void begin(PreheatRequest.Builder preheat, Download.Builder download, Duration timeout) {
    preheats.begin(
        preheat.setDownload(download.clearUrl()).build(),
        Optional.of(timeout),
        new PreheatCollector(),
        () -> {});
  }

  private ResolvedImage resolve(UpstreamRequest fields, Download download, boolean hasPassword) {
    ImageRequest image =
        new ImageRequest(
            download.getUrl(),
            download.getRequestHeaderMap(),
            Arguments.within("username", fields.text("username"), FieldLimits.NAME),
            hasPassword
                ? Optional.of(
                    Secret.of(
                        Arguments.within(
                            "password", fields.text("password"), FieldLimits.HEADERS_TEXT)))
                : Optional.empty(),
            Arguments.within("platform", fields.text("platform"), FieldLimits.NAME));
    try {
      return images.resolve(image);
    } catch (DragonflyException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "failed to resolve manifests: " + e.getMessage(), e);
    }
  }

  private static List<Content> contents(Download download, List<String> urls) {
    TaskSpec shared =
        TaskMapper.toSpec(PreheatRequests.shared(download)).withRequestHeader(Map.of());
    return Arguments.parse(
        "url", urls, all -> all.stream().map(url -> Content.of(url, shared)).toList());
  }

  private static int orDefault(int layers) {
    return layers == 0 ? Pace.CONTENTS : layers;
  }

  private static int hosts(int asked) {
    return SchedulerJobsService.hostsAtOnce(asked);
  }
}
