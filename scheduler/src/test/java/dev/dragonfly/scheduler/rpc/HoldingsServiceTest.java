package dev.dragonfly.scheduler.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.ext.v1.Holding;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportHoldingsResponse;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.ext.v1.ReportWrongContentResponse;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.Samples;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What hosts say of what they hold, on a graph in memory. */
class HoldingsServiceTest {
  private static final int BLAME_LIMIT = 2;

  private final ManualTime time = new ManualTime();
  private final MemoryGraph memory = new MemoryGraph(time);
  private final HoldingsService service =
      new HoldingsService(memory.graph(), new CallerCheck(false), BLAME_LIMIT, time, Runnable::run);
  private final Host host = Samples.host("host");
  private final TaskId first = TaskIdCalculator.taskId(spec(1));
  private final TaskId second = TaskIdCalculator.taskId(spec(2));

  @BeforeEach
  void announce() {
    memory.graph().hosts().announce(host, Duration.ofDays(1));
  }

  @Test
  void aHoldingIsWorthTheBitsOfItsMap() {
    report(5, holding(1, 2).toBuilder().setFinished(true).build(), holding(2, 3));
    assertThat(only(first).standing()).isEqualTo(Standing.PARTIAL);
    assertThat(only(second).standing()).isEqualTo(Standing.FULL);
    report(6, holding(3, 0).toBuilder().setFinished(true).build());
    assertThat(view(TaskIdCalculator.taskId(spec(3))).candidates()).isEmpty();
  }

  @Test
  void oneHoldingThatCannotBeRightDoesNotHideTheOthers() {
    Holding foreign = holding(1, 3).toBuilder().setPeerId("10.9.9.9-other-1").build();
    Holding other = holding(1, 3).toBuilder().setTaskId(Samples.task('e').value()).build();
    report(1, foreign, other, holding(2, 3));
    assertThat(view(first).candidates()).isEmpty();
    assertThat(only(second).standing()).isEqualTo(Standing.FULL);
  }

  @Test
  void aCompleteReportReplacesWhatWasThere() {
    assertThat(probe(1)).isTrue();
    report(1, holding(1, 3), holding(2, 3));
    assertThat(probe(1)).isFalse();
    time.advance(Duration.ofSeconds(1));
    assertThat(probe(2)).isTrue();
    report(2, holding(2, 3));
    assertThat(view(first).candidates()).isEmpty();
    assertThat(view(second).candidates()).hasSize(1);
    assertThat(memory.graph().hosts().tasks(host.id())).containsExactly(second);
  }

  @Test
  void aReportOfWhatChangedReplacesNothing() {
    probe(1);
    report(1, holding(1, 3));
    assertThat(probe(1)).isFalse();
    report(2, holding(2, 3));
    assertThat(view(first).candidates()).hasSize(1);
    assertThat(probe(2)).isFalse();
  }

  @Test
  void onlyAReaderOfTheSourceAddsAKeyAndItIsItsOwn() {
    TaskFacts lie = Samples.facts(3).withReaderKeys(List.of(new ReaderKey("x", "cd".repeat(32))));
    Holding.Builder holding = holding(1, 3).toBuilder().setFacts(TaskMapper.toFacts(lie));
    report(1, holding.build());
    assertThat(keys()).isEmpty();
    report(2, holding.setReadSource(true).build());
    assertThat(keys())
        .containsExactly(new ReaderKey(host.id().value(), host.readerKeyHex().orElseThrow()));
  }

  @Test
  void aReaderWhoseContentWasWrongForSeveralHostsIsNotTrusted() {
    report(1, holding(1, 3).toBuilder().setReadSource(true).build());
    for (String name : List.of("one", "two")) {
      Host reporter = Samples.host(name);
      memory.graph().hosts().announce(reporter, Duration.ofDays(1));
      accuse(reporter);
      assertThat(keys()).as("not a member of the task").isNotEmpty();
      report(
          reporter,
          1,
          holding(1, 1).toBuilder().setPeerId(Samples.peer(reporter, "held").value()).build());
    }
    accuse(Samples.host("one"));
    accuse(Samples.host("one"));
    assertThat(keys()).hasSize(1);
    accuse(Samples.host("two"));
    assertThat(keys()).isEmpty();
    assertThat(view(first).candidates())
        .filteredOn(candidate -> candidate.host().equals(host))
        .allMatch(candidate -> candidate.blames() == BLAME_LIMIT)
        .hasSize(1);
  }

  @Test
  void aHostThatIsNotKnownIsNotFound() {
    Answer<ReportWrongContentResponse> answer = new Answer<>();
    service.reportWrongContent(
        ReportWrongContentRequest.newBuilder().setHostId("nobody").setTaskId(first.value()).build(),
        answer);
    assertThat(answer.code()).isEqualTo(Status.Code.NOT_FOUND);
  }

  private void accuse(Host reporter) {
    call(
        service::reportWrongContent,
        ReportWrongContentRequest.newBuilder()
            .setHostId(reporter.id().value())
            .setTaskId(first.value())
            .setPeerId("peer")
            .addBlamedHostIds(host.id().value())
            .addBlamedHostIds(reporter.id().value())
            .build());
  }

  private boolean probe(long fingerprint) {
    ReportHoldingsRequest request =
        ReportHoldingsRequest.newBuilder()
            .setHostId(host.id().value())
            .setFingerprint(fingerprint)
            .setProbe(true)
            .build();
    ReportHoldingsResponse response = call(service::reportHoldings, request);
    return response.getSendAll();
  }

  private void report(long fingerprint, Holding... holdings) {
    report(host, fingerprint, holdings);
  }

  private void report(Host from, long fingerprint, Holding... holdings) {
    call(
        service::reportHoldings,
        ReportHoldingsRequest.newBuilder()
            .setHostId(from.id().value())
            .setFingerprint(fingerprint)
            .setLast(true)
            .addAllHoldings(List.of(holdings))
            .build());
  }

  private Holding holding(int number, int pieces) {
    return Holding.newBuilder()
        .setTaskId(TaskIdCalculator.taskId(spec(number)).value())
        .setPeerId(Samples.peer(host, "held-" + number).value())
        .setDownload(TaskMapper.toDownload(spec(number)))
        .setFacts(TaskMapper.toFacts(Samples.facts(3)))
        .setPieces(ByteString.copyFrom(PieceBitmap.full(pieces).toBytes()))
        .build();
  }

  private static TaskSpec spec(int number) {
    return TaskSpec.ofUrl("http://origin.test/" + number);
  }

  private List<ReaderKey> keys() {
    return view(first).task().orElseThrow().facts().readerKeys();
  }

  private Candidate only(TaskId task) {
    assertThat(view(task).candidates()).hasSize(1);
    return view(task).candidates().getFirst();
  }

  private TaskView view(TaskId task) {
    return memory.graph().tasks().look(task, SampleSize.of(64));
  }

  private static <Q, A> A call(BiConsumer<Q, StreamObserver<A>> method, Q request) {
    Answer<A> answer = new Answer<>();
    method.accept(request, answer);
    return answer.value();
  }

  private static final class Answer<T> implements StreamObserver<T> {
    private @Nullable T value;
    private @Nullable Throwable error;

    T value() {
      if (value == null) {
        throw new AssertionError("no answer", error);
      }
      return value;
    }

    Status.Code code() {
      return ((StatusRuntimeException) java.util.Objects.requireNonNull(error))
          .getStatus()
          .getCode();
    }

    @Override
    public void onNext(T next) {
      value = next;
    }

    @Override
    public void onError(Throwable failure) {
      error = failure;
    }

    @Override
    public void onCompleted() {}
  }
}
