package dev.dragonfly.cluster;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A daemon of the cluster, ordinary or seed. */
public final class PeerNode {
  private static final Pattern RECEIVED =
      Pattern.compile(
          "(?m)^dragonfly_dfdaemon_received_bytes_total\\{from=\"(\\w+)\"[^}]*} (\\S+)");

  private static final Pattern SENT =
      Pattern.compile("(?m)^dragonfly_dfdaemon_sent_bytes_total(?:\\{[^}]*})? (\\S+)");

  private final ServiceProcess process;

  PeerNode(ServiceProcess process) {
    this.process = process;
  }

  /** Its process. */
  public ServiceProcess process() {
    return process;
  }

  /** Its unix socket. */
  public Path socket() {
    return Path.of(process.ready("socket"));
  }

  /** The port of its gRPC service. */
  int port() {
    return Integer.parseInt(process.ready("grpc").replaceAll(".*:", ""));
  }

  /** Where its HTTP proxy listens, as address and port. */
  public String proxy() {
    return process.ready("proxy");
  }

  /**
   * Downloads the URL into the file, through the daemon, as dfget does.
   *
   * @throws DragonflyException what the daemon said
   */
  public void get(String url, Path output, Duration timeout) {
    get(
        Download.newBuilder()
            .setUrl(url)
            .setOutputPath(output.toString())
            .setOverwrite(true)
            .build(),
        timeout);
  }

  /** Downloads as told. */
  public void get(Download download, Duration timeout) {
    ManagedChannel channel = GrpcChannels.unixSocket(socket());
    try {
      Iterator<DownloadTaskResponse> answers =
          DfdaemonDownloadGrpc.newBlockingStub(channel)
              .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .downloadTask(DownloadTaskRequest.newBuilder().setDownload(download).build());
      while (answers.hasNext()) {
        answers.next();
      }
    } catch (StatusRuntimeException e) {
      throw ErrorMapper.fromStatus(e);
    } finally {
      channel.shutdownNow();
    }
  }

  /**
   * Verified bytes that it received.
   *
   * @param peers from ordinary peers
   * @param seeds from seeds
   * @param source from the source
   */
  public record Received(long peers, long seeds, long source) {
    /** What came between the other moment and this. */
    public Received since(Received before) {
      return new Received(peers - before.peers, seeds - before.seeds, source - before.source);
    }

    /** All together. */
    public long total() {
      return peers + seeds + source;
    }
  }

  /** What it has received so far, from its metrics. */
  public Received received() {
    return parse(Metrics.read(process.ready("metrics")));
  }

  /** Bytes of pieces that it has handed to the network for other peers so far. */
  public long sent() {
    Matcher matcher = SENT.matcher(Metrics.read(process.ready("metrics")));
    if (!matcher.find()) {
      throw new ClusterException("no bytes sent in the metrics of " + process.name());
    }
    return (long) Double.parseDouble(matcher.group(1));
  }

  private static Received parse(String text) {
    long peers = 0;
    long seeds = 0;
    long source = 0;
    Matcher matcher = RECEIVED.matcher(text);
    while (matcher.find()) {
      long bytes = (long) Double.parseDouble(matcher.group(2));
      switch (matcher.group(1)) {
        case "peer" -> peers = bytes;
        case "seed" -> seeds = bytes;
        case "source" -> source = bytes;
        default -> throw new ClusterException("unknown origin of bytes: " + matcher.group());
      }
    }
    return new Received(peers, seeds, source);
  }
}
