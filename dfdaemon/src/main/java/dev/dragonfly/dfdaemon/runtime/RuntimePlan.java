package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.dfdaemon.runtime.Remark.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What shall be on the node, collected by the planners; of one thread. */
final class RuntimePlan {
  private final SortedMap<Path, WantedFile> wanted = new TreeMap<>();
  private final List<Remark> remarks = new ArrayList<>();

  void want(Path file, WantedFile content) {
    wanted.put(file, content);
  }

  void note(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.NOTE, text));
  }

  void warn(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.WARNING, text));
  }

  void refuse(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.REFUSED, text));
  }

  Map<Path, WantedFile> wanted() {
    return Collections.unmodifiableSortedMap(wanted);
  }

  List<Remark> remarks() {
    return List.copyOf(remarks);
  }

  boolean isRefused(RuntimeKind runtime) {
    return remarks.stream()
        .anyMatch(remark -> remark.runtime() == runtime && remark.level() == Level.REFUSED);
  }
}
