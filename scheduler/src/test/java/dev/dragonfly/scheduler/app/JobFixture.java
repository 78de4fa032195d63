package dev.dragonfly.scheduler.app;

import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.scheduler.testing.FakeDaemon;
import dev.dragonfly.scheduler.testing.Samples;
import io.grpc.ManagedChannel;
import java.util.Optional;

/** A scheduler with a seed and two ordinary hosts, all with a daemon. */
final class JobFixture implements AutoCloseable {
  final FakeDaemon seedDaemon = new FakeDaemon();
  final FakeDaemon oneDaemon = new FakeDaemon();
  final FakeDaemon twoDaemon = new FakeDaemon();
  final Host seed = Samples.seed("seed", seedDaemon.port());
  final Host one = host("one", oneDaemon);
  final Host two = host("two", twoDaemon);
  final ManagedChannel channel;
  private final OwnRedis redis;
  private final SchedulerServer server;

  JobFixture(OwnRedis redis) {
    this.redis = redis;
    server = TestServers.server(redis);
    server.start();
    channel = new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());
    announce(seed);
    announce(one);
    announce(two);
  }

  /** The graph knows that the host takes part, as after a download. */
  void join(Host host, TaskId task) {
    redis.command("SADD c1:{" + host.id() + "}:tasks " + task);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    seedDaemon.close();
    oneDaemon.close();
    twoDaemon.close();
  }

  private void announce(Host host) {
    SchedulerGrpc.newBlockingStub(channel)
        .announceHost(AnnounceHostRequest.newBuilder().setHost(HostMapper.toProto(host)).build());
  }

  private static Host host(String name, FakeDaemon daemon) {
    return new Host(
        Samples.host(name).id(),
        HostType.NORMAL,
        name,
        "127.0.0.1",
        daemon.port(),
        4005,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        false,
        Samples.host(name).readerKeyHex(),
        1,
        Samples.host(name).stats());
  }
}
