package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.grpc.HealthCall.Answer;
import dev.dragonfly.common.net.HostAndPort;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the daemon runs and is ready, at its socket and at the port of its health. */
public record DaemonCheck(Patient patient, Vitals vitals) implements Check {
  @Override
  public String name() {
    return "daemon";
  }

  @Override
  public Diagnosis examine() {
    Diagnoses diagnoses = new Diagnoses();
    diagnoses.add(socket());
    if (vitals.isAlive()) {
      diagnoses.add(health());
    }
    return diagnoses.joined();
  }

  private Diagnosis socket() {
    Path socket = patient.socket();
    return switch (vitals.socket()) {
      case Answer.Answered answered ->
          answered.isServing()
              ? Diagnosis.ok("serves at " + socket)
              : Diagnosis.problem(
                  "answers at " + socket + " that it is not serving", "look at its log");
      case Answer.Silent silent -> {
        if (Files.exists(socket) && !Files.isWritable(socket)) {
          yield Diagnosis.notChecked(
              "this user may not use the socket " + socket, "run it as root");
        }
        yield Diagnosis.problem(
            "nobody answers at " + socket + ": " + silent.why(),
            "start it: dfdaemon --config "
                + patient.config()
                + "; if it runs, its server.socket is another one");
      }
    };
  }

  private Diagnosis health() {
    if (patient.ports().metrics().isEmpty()) {
      return Diagnosis.notChecked(
          "metrics.port is 0, so its health port is not known",
          "name the ready file of the daemon with --ready-file");
    }
    HostAndPort address = patient.ports().metrics().get();
    String url = "http://" + address.text() + "/healthy";
    if (vitals.page().isEmpty()) {
      String answer =
          vitals.metrics().orElseThrow() instanceof HttpReply.Silence silence
              ? "nobody answers: " + silence.why()
              : "somebody else answers than a dfdaemon";
      return Diagnosis.problem(
          "at " + url + " " + answer,
          "see what listens there with 'ss -ltnp', and compare metrics.ip and metrics.port in "
              + patient.config());
    }
    return switch (HttpReply.get(address, "/healthy", Vitals.PATIENCE)) {
      case HttpReply.Answer answer when answer.status() == 200 -> Diagnosis.ok("healthy at " + url);
      case HttpReply.Answer answer ->
          Diagnosis.problem(url + " answers " + answer.status(), "look at the log of the daemon");
      case HttpReply.Silence silence ->
          Diagnosis.problem(url + ": " + silence.why(), "look at the log of the daemon");
    };
  }
}
