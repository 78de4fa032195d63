package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.runtime.FileChange;
import dev.dragonfly.dfdaemon.runtime.Remark;
import dev.dragonfly.dfdaemon.runtime.RuntimeKind;
import dev.dragonfly.dfdaemon.runtime.RuntimeState;
import java.util.ArrayList;
import java.util.List;

/** Whether the container runtimes of the node ask the proxy. */
public record RuntimeCheck(NodeRuntimes runtimes) implements Check {
  private static final int MOST_FILES = 3;

  @Override
  public String name() {
    return "runtimes";
  }

  @Override
  public Diagnosis examine() {
    try {
      Diagnoses diagnoses = new Diagnoses();
      runtimes.states().forEach(state -> diagnoses.add(of(state)));
      return diagnoses.isEmpty()
          ? Diagnosis.notChecked(
              "no container runtime was found below " + runtimes.root() + "; dfget needs none", "")
          : diagnoses.joined();
    } catch (DragonflyException e) {
      return Diagnosis.notChecked(String.valueOf(e.getMessage()), "run it as root");
    }
  }

  private Diagnosis of(RuntimeState state) {
    String label = state.kind().label();
    List<String> refused = state.remarks(Remark.Level.REFUSED);
    if (!state.isReadable()) {
      return Diagnosis.notChecked(label + ": " + String.join("; ", refused), "run it as root");
    }
    if (!refused.isEmpty()) {
      return state.kind() == RuntimeKind.CONTAINERD
          ? Diagnosis.notChecked("containerd's own configuration is the matter, see there", "")
          : Diagnosis.problem(label + ": " + String.join("; ", refused), "see docs/runtimes.md");
    }
    if (state.changes().isEmpty()) {
      return Diagnosis.ok(label + " asks " + address(state));
    }
    String would = "; configure would " + files(state.changes());
    String command = runtimes.configure(address(state));
    return state.pointed()
        ? Diagnosis.warning(
            label + " asks the proxy for some of its registries only" + would, command)
        : Diagnosis.problem(
            label + " is on this node and does not ask the proxy " + address(state) + would,
            command + " (with --dry-run it only shows the diff)");
  }

  private String address(RuntimeState state) {
    return state.proxies().isEmpty() ? runtimes.proxy() : String.join(", ", state.proxies());
  }

  private static String files(List<FileChange> changes) {
    List<String> files = new ArrayList<>();
    for (FileChange change : changes.subList(0, Math.min(MOST_FILES, changes.size()))) {
      files.add(change.verb() + " " + change.file());
    }
    if (changes.size() > MOST_FILES) {
      files.add(changes.size() - MOST_FILES + " more");
    }
    return String.join(", ", files);
  }
}
