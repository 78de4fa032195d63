package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.ext.v1.DeleteTaskJobRequest;
import dev.dragonfly.api.ext.v1.FindTaskRequest;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatOutcome;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.api.ext.v1.TaskDeletion;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.net.HostAndPort;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Three files are brought to all peers before anybody asks for them, and taken away again. */
@ExtendWith(SharedCluster.Healthy.class)
class PreheatIT {
  private static final long LENGTH = 20 << 20;

  @TempDir private Path folder;

  @Test
  void whatWasPreheatedLeftTheOriginOnceAndNobodyFetchesItAgain(LocalCluster cluster)
      throws Exception {
    try (TestOrigin origin = new TestOrigin()) {
      List<String> urls = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        urls.add(origin.file("/preheat-" + i, LENGTH));
      }
      ManagedChannel channel = scheduler(cluster);
      try {
        SchedulerJobsGrpc.SchedulerJobsBlockingStub jobs = jobs(cluster, channel);
        long start = System.nanoTime();
        preheat(jobs, urls);
        System.out.printf(
            "preheat: 3 x 20 MiB to 3 peers, seconds=%.1f%n", (System.nanoTime() - start) / 1e9);
        for (int i = 0; i < 3; i++) {
          assertThat(origin.sent("/preheat-" + i)).isEqualTo(LENGTH);
        }
        readsWithoutANetwork(cluster, origin);
        takesAway(cluster, jobs, urls.getFirst());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static void preheat(SchedulerJobsGrpc.SchedulerJobsBlockingStub jobs, List<String> urls) {
    List<PreheatEvent> events = new ArrayList<>();
    jobs.preheat(PreheatRequest.newBuilder().addAllUrls(urls).setScope("all_peers").build())
        .forEachRemaining(events::add);
    assertThat(events.getFirst().getPlan().getTargetsList()).hasSize(9);
    List<PreheatOutcome> outcomes =
        events.stream().filter(PreheatEvent::hasOutcome).map(PreheatEvent::getOutcome).toList();
    assertThat(outcomes)
        .hasSize(9)
        .allMatch(outcome -> outcome.getFailure().isEmpty())
        .allMatch(outcome -> outcome.getContentLength() == LENGTH)
        .allMatch(outcome -> outcome.getOriginBytes() == 0);
  }

  private void readsWithoutANetwork(LocalCluster cluster, TestOrigin origin) {
    for (PeerNode peer : cluster.peers()) {
      for (int i = 0; i < 3; i++) {
        Fetch fetch = Fetch.now(peer, origin.url("/preheat-" + i), folder);
        assertThat(fetch.sha256()).isEqualTo(origin.sha256("/preheat-" + i));
        assertThat(fetch.received().total()).as("bytes from anywhere").isZero();
      }
    }
  }

  private static void takesAway(
      LocalCluster cluster, SchedulerJobsGrpc.SchedulerJobsBlockingStub jobs, String url) {
    String task = cluster.taskId(url).value();
    FindTaskRequest find = FindTaskRequest.newBuilder().setTaskId(task).build();
    assertThat(jobs.findTask(find).getHoldersList()).hasSize(4).allMatch(h -> h.getFinished());
    assertThat(
            jobs.deleteTask(DeleteTaskJobRequest.newBuilder().setTaskId(task).build())
                .getDeletionsList())
        .hasSize(4)
        .extracting(TaskDeletion::getFailure)
        .containsOnly("");
    assertThat(jobs.findTask(find).getHoldersList()).isEmpty();
  }

  private static ManagedChannel scheduler(LocalCluster cluster) {
    HostAndPort place = HostAndPort.parse(cluster.scheduler().ready("grpc"));
    return new GrpcChannels(Optional.empty()).tcp(place.host(), place.port());
  }

  private static SchedulerJobsGrpc.SchedulerJobsBlockingStub jobs(
      LocalCluster cluster, ManagedChannel channel) throws Exception {
    Path file = Path.of(cluster.manager().ready("join_token_file"));
    JoinToken token = JoinToken.of(Secret.of(Files.readString(file).strip()));
    return SchedulerJobsGrpc.newBlockingStub(ClientInterceptors.intercept(channel, token.shown()))
        .withDeadlineAfter(90, TimeUnit.SECONDS);
  }
}
