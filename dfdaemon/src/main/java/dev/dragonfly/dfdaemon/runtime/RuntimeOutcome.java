package dev.dragonfly.dfdaemon.runtime;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is done to a node, or would be.
 *
 * @param changes in the order of their paths
 */
public record RuntimeOutcome(List<FileChange> changes, List<Remark> remarks) {
  /** Copies them. */
  public RuntimeOutcome {
    changes = List.copyOf(changes);
    remarks = List.copyOf(remarks);
  }

  /** Whether some runtime, or a part of it, was left as it is. */
  public boolean isRefused() {
    return remarks.stream().anyMatch(remark -> remark.level() == Remark.Level.REFUSED);
  }

  /** Commands after which the runtimes know of the changes, each once. */
  public Set<List<String>> activations() {
    Set<List<String>> commands = new LinkedHashSet<>();
    for (FileChange change : changes) {
      if (!change.activation().isEmpty()) {
        commands.add(change.activation());
      }
    }
    return commands;
  }
}
