package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.grpc.HealthCall.Answer;
import dev.dragonfly.dfdaemon.doctor.ClusterProbe.Asked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether this machine's clock agrees with those of manager and schedulers. */
public record ClockCheck(ClusterProbe cluster) implements Check {
  /** Certificates and tokens are valid from the moment they are made. */
  private static final Duration MOST = Duration.ofSeconds(30);

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Diagnosis examine() {
    List<Asked> all = new ArrayList<>(cluster.found().schedulers());
    cluster.found().manager().ifPresent(all::addFirst);
    Diagnoses diagnoses = new Diagnoses();
    for (Asked asked : all) {
      if (asked.answer() instanceof Answer.Answered told && told.date().isPresent()) {
        diagnoses.add(compare(asked, told.date().get()));
      }
    }
    return diagnoses.isEmpty()
        ? Diagnosis.notChecked("neither manager nor scheduler says what time it has", "")
        : diagnoses.joined();
  }

  private static Diagnosis compare(Asked asked, Instant theirs) {
    Duration skew = skew(asked.asked(), asked.answered(), theirs);
    String text =
        "%s is %d s %s this machine"
            .formatted(
                asked.address().text(),
                skew.abs().toSeconds(),
                skew.isNegative() ? "behind" : "ahead of");
    return skew.abs().compareTo(MOST) > 0
        ? Diagnosis.problem(
            text, "set the clocks by NTP on both, 'timedatectl' shows whether it runs")
        : Diagnosis.ok(
            "within " + (skew.abs().toSeconds() + 1) + " s of " + asked.address().text());
  }

  /** How far their clock is ahead at least: theirs is told to the second, and was on its way. */
  static Duration skew(Instant asked, Instant answered, Instant theirs) {
    Duration behind = Duration.between(theirs.plusSeconds(1), asked);
    Duration ahead = Duration.between(answered, theirs);
    if (behind.isPositive()) {
      return behind.negated();
    }
    return ahead.isPositive() ? ahead : Duration.ZERO;
  }
}
