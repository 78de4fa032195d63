package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.runtime.Remark.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What shall be on the node, collected by the planners; of one thread. */
final class RuntimePlan {
  private final SortedMap<Path, WantedFile> wanted = new TreeMap<>();
  private final List<Remark> remarks = new ArrayList<>();
  private final Set<RuntimeKind> pointed = EnumSet.noneOf(RuntimeKind.class);
  private final Set<RuntimeKind> unreadable = EnumSet.noneOf(RuntimeKind.class);
  private final Set<RuntimeKind> found = EnumSet.noneOf(RuntimeKind.class);

  private boolean needsContainerd2;

  void want(Path file, WantedFile content) {
    wanted.put(file, content);
  }

  void note(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.NOTE, text));
  }

  void warn(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.WARNING, text));
  }

  void broken(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.BROKEN, text));
  }

  void refuse(RuntimeKind runtime, String text) {
    remarks.add(new Remark(runtime, Level.REFUSED, text));
  }

  /** Its files cannot be used, or cannot be read by whoever runs this. */
  void refuse(RuntimeKind runtime, DragonflyException failure) {
    if (failure.code() == ErrorCode.PERMISSION_DENIED) {
      unreadable.add(runtime);
    }
    refuse(runtime, String.valueOf(failure.getMessage()));
  }

  /** Others than we have named the proxy in its files. */
  void isPointed(RuntimeKind runtime) {
    pointed.add(runtime);
  }

  /** Only containerd 2.x finds its registries where they stand. */
  void needContainerd2() {
    needsContainerd2 = true;
  }

  boolean needsContainerd2() {
    return needsContainerd2;
  }

  /** It is on this node. */
  void isFound(RuntimeKind runtime) {
    found.add(runtime);
  }

  Map<Path, WantedFile> wanted() {
    return Collections.unmodifiableSortedMap(wanted);
  }

  List<Remark> remarks() {
    return List.copyOf(remarks);
  }

  Set<RuntimeKind> pointed() {
    return pointed;
  }

  Set<RuntimeKind> unreadable() {
    return unreadable;
  }

  Set<RuntimeKind> found() {
    return found;
  }

  boolean isRefused(RuntimeKind runtime) {
    return remarks.stream()
        .anyMatch(remark -> remark.runtime() == runtime && remark.level() == Level.REFUSED);
  }
}
