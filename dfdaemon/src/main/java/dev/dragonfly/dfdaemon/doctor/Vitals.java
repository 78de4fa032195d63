package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.HealthCall;
import dev.dragonfly.common.grpc.HealthCall.Answer;
import io.grpc.ManagedChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether the daemon answers, asked once for all checks. Safe for any thread. */
public final class Vitals {
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Supplier<Answer> socket;
  private final Supplier<Optional<HttpReply>> metrics;

  public Vitals(Patient patient) {
    this.socket = Doctor.once(() -> ask(patient));
    this.metrics =
        Doctor.once(
            () -> patient.ports().metrics().map(at -> HttpReply.get(at, "/metrics", PATIENCE)));
  }

  private static Answer ask(Patient patient) {
    if (!Files.exists(patient.socket())) {
      return new Answer.Silent("there is no such file");
    }
    ManagedChannel channel = GrpcChannels.unixSocket(patient.socket());
    try {
      return HealthCall.ask(channel, PATIENCE);
    } finally {
      channel.shutdownNow();
    }
  }

  /** How it answers at its socket. */
  Answer socket() {
    return socket.get();
  }

  /** What is where its metrics should be; empty when it is not known where. */
  Optional<HttpReply> metrics() {
    return metrics.get();
  }

  /** Its metrics, if that is who answers there. */
  Optional<MetricsPage> page() {
    return metrics().isPresent() && metrics().get() instanceof HttpReply.Answer answer
        ? Optional.of(new MetricsPage(answer.body())).filter(MetricsPage::isOfDaemon)
        : Optional.empty();
  }

  /** Whether it runs: by its socket, which not everybody may use, or by its metrics. */
  boolean isAlive() {
    return socket() instanceof Answer.Answered || page().isPresent();
  }

  /** Why a check that needs a running daemon was not made. */
  static Diagnosis notRunning() {
    return Diagnosis.notChecked("the daemon does not run, see there", "");
  }
}
