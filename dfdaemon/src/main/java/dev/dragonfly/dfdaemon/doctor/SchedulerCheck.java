package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.grpc.HealthCall.Answer;
import dev.dragonfly.dfdaemon.doctor.ClusterProbe.Asked;
import dev.dragonfly.dfdaemon.doctor.ClusterProbe.Found;
import java.util.ArrayList;
import java.util.List;

/** Whether there is a scheduler that serves; without one every download reads its source. */
public record SchedulerCheck(Patient patient, ClusterProbe cluster) implements Check {
  @Override
  public String name() {
    return "scheduler";
  }

  @Override
  public Diagnosis examine() {
    boolean hasManager = patient.control().manager().isPresent();
    if (!hasManager && patient.control().schedulers().isEmpty()) {
      return Diagnosis.problem(
          "no scheduler is configured, so every download reads its source",
          "set manager.address or scheduler.addresses in " + patient.config());
    }
    Found found = cluster.found();
    List<String> bad = new ArrayList<>(found.failures());
    List<String> good = new ArrayList<>();
    for (Asked asked : found.schedulers()) {
      switch (asked.answer()) {
        case Answer.Answered answered when answered.isServing() -> good.add(asked.address().text());
        case Answer.Answered answered ->
            bad.add(asked.address().text() + " is not serving (it has no Redis, see its log)");
        case Answer.Silent silent -> bad.add(asked.address().text() + ": " + silent.why());
      }
    }
    if (good.isEmpty()) {
      return none(found, bad, hasManager);
    }
    String serving = "serving: " + String.join(", ", good);
    return bad.isEmpty()
        ? Diagnosis.ok(serving)
        : Diagnosis.warning(
            serving + "; not: " + String.join("; ", bad), "start those, or take them off the list");
  }

  private Diagnosis none(Found found, List<String> bad, boolean hasManager) {
    if (bad.isEmpty()) {
      return Diagnosis.problem(
          "the manager lists no active scheduler for this host",
          "start a scheduler with this manager.address and its join token; the console of the manager shows who is known");
    }
    boolean isManagerTheMatter = hasManager && found.schedulers().isEmpty();
    return Diagnosis.problem(
        "no scheduler serves: " + String.join("; ", bad),
        isManagerTheMatter
            ? "start the manager, or correct manager.address in " + patient.config()
            : "start the scheduler; if it runs, see that its port is reachable from here"
                + (hasManager
                    ? " and its server.advertiseIp is right"
                    : ", and correct scheduler.addresses in " + patient.config()));
  }
}
