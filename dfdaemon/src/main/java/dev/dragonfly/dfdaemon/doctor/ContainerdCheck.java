package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.runtime.Remark;
import dev.dragonfly.dfdaemon.runtime.RuntimeKind;
import dev.dragonfly.dfdaemon.runtime.RuntimeState;
import java.util.Optional;
import java.util.OptionalInt;

/** Whether containerd reads what is configured: names of plugins, config_path, what hides it. */
public record ContainerdCheck(NodeRuntimes runtimes) implements Check {
  private static final String MEND =
      "mend it as docs/runtimes.md says of containerd, then 'systemctl restart containerd'";

  @Override
  public String name() {
    return "containerd";
  }

  @Override
  public Diagnosis examine() {
    try {
      Optional<RuntimeState> containerd =
          runtimes.states().stream().filter(s -> s.kind() == RuntimeKind.CONTAINERD).findFirst();
      return containerd.isPresent()
          ? of(containerd.get())
          : Diagnosis.notChecked("there is no containerd below " + runtimes.root(), "");
    } catch (DragonflyException e) {
      return Diagnosis.notChecked(String.valueOf(e.getMessage()), "run it as root");
    }
  }

  private Diagnosis of(RuntimeState state) {
    if (!state.isReadable()) {
      return Diagnosis.notChecked(
          String.join("; ", state.remarks(Remark.Level.REFUSED)), "run it as root");
    }
    Diagnoses diagnoses = new Diagnoses();
    for (String text : state.remarks(Remark.Level.BROKEN)) {
      diagnoses.add(Diagnosis.problem(text, MEND));
    }
    for (String text : state.remarks(Remark.Level.REFUSED)) {
      diagnoses.add(Diagnosis.problem(text, MEND));
    }
    for (String text : state.remarks(Remark.Level.WARNING)) {
      diagnoses.add(Diagnosis.warning(text, MEND));
    }
    if (state.namesNeedContainerd2()) {
      diagnoses.add(newNames(ContainerdVersion.major(runtimes.root())));
    }
    diagnoses.add(Diagnosis.ok("reads the hosts.toml files that are configured"));
    return diagnoses.joined();
  }

  private static Diagnosis newNames(OptionalInt major) {
    String names =
        "a version 2 file names plugin io.containerd.cri.v1.images, which containerd 1.x does not look at";
    String advice =
        "with containerd 1.x say config_path under plugins.\"io.containerd.grpc.v1.cri\".registry";
    if (major.isEmpty()) {
      return Diagnosis.warning(names + "; which containerd this is could not be told", advice);
    }
    return major.getAsInt() >= 2
        ? Diagnosis.ok("containerd " + major.getAsInt() + ".x takes over the names of its version")
        : Diagnosis.problem(names + "; this is containerd 1.x", advice + ", then restart it");
  }
}
