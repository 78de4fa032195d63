package dev.dragonfly.dfdaemon.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Brings the runtimes of a node to what is wanted, and back. First all is decided, then the files
 * as they were are kept and it is written down what will be done, then it is done: so an end in the
 * middle can be taken back too. Of one thread; a second run on the node waits for the first one.
 */
public final class RuntimeConfigurator {
  /** Where it is written down what was done, on the node. */
  public static final Path STATE = Path.of("/var/lib/dragonfly/runtime");

  private final NodeFolder node;
  private final StateFolder state;
  private final StateLock.Patience patience;

  /**
   * What shall be done.
   *
   * @param before the node without us
   * @param written what we did to it so far
   * @param scope runtimes whose other files of ours are taken back
   */
  private record Decision(
      HostTree before,
      Written written,
      Map<Path, WantedFile> wanted,
      Set<RuntimeKind> scope,
      RuntimeOutcome outcome) {}

  /**
   * @param root where the file system of the node is
   * @param state a path on the node
   */
  public RuntimeConfigurator(Path root, Path state) {
    this(root, state, StateLock.Patience.OF_A_RUN);
  }

  RuntimeConfigurator(Path root, Path state, StateLock.Patience patience) {
    this.node = new NodeFolder(root);
    this.state = new StateFolder(node, state);
    this.patience = patience;
  }

  /** What configure would do; nothing is written. */
  public RuntimeOutcome plan(RuntimeSettings settings) {
    return decide(settings).outcome();
  }

  /** Makes it so; returns what was done. */
  public RuntimeOutcome configure(RuntimeSettings settings) {
    try (StateLock lock = StateLock.take(node, state.lock(), patience)) {
      return apply(decide(settings), settings.proxy(), lock);
    }
  }

  /** What revert would do; nothing is written. */
  public RuntimeOutcome planRevert(Set<RuntimeKind> runtimes) {
    return decideRevert(runtimes).outcome();
  }

  /** Takes back what was done to these runtimes, byte for byte; returns what was done. */
  public RuntimeOutcome revert(Set<RuntimeKind> runtimes) {
    try (StateLock lock = StateLock.take(node, state.lock(), patience)) {
      return apply(decideRevert(runtimes), "", lock);
    }
  }

  /** Files that are written down as ours, each with how it is now. */
  public List<String> show() {
    List<String> lines = new ArrayList<>();
    for (WrittenFile file : state.read().files()) {
      Optional<String> now = node.read(Path.of(file.path()));
      String how =
          now.isEmpty()
              ? "missing"
              : file.differs(now.get()) ? "changed by somebody since" : "as written";
      lines.add("%s: %s (%s, proxy %s)".formatted(file.runtime(), file.path(), how, file.proxy()));
    }
    return lines;
  }

  /** How the runtimes of this node stand to the proxy; nothing is written. */
  public List<RuntimeState> examine(RuntimeSettings settings) {
    Written written = state.read();
    RuntimePlan plan = RuntimePlanner.plan(new BeforeUs(node, state, written), settings);
    List<FileChange> changes = decide(settings, written, plan).outcome().changes();
    List<RuntimeState> states = new ArrayList<>();
    for (RuntimeKind kind : plan.found()) {
      List<WrittenFile> ours =
          written.files().stream().filter(file -> file.kind() == kind).toList();
      List<Path> files = new ArrayList<>(ours.stream().map(file -> Path.of(file.path())).toList());
      plan.wanted()
          .forEach((path, file) -> {
            if (file.runtime() == kind) {
              files.add(path);
            }
          });
      List<FileChange> own =
          changes.stream().filter(change -> files.contains(change.file())).toList();
      Set<Path> changed = new LinkedHashSet<>(own.stream().map(FileChange::file).toList());
      states.add(
          new RuntimeState(
              kind,
              plan.pointed().contains(kind) || !changed.containsAll(files),
              new LinkedHashSet<>(ours.stream().map(WrittenFile::proxy).toList()),
              !plan.unreadable().contains(kind),
              plan.needsContainerd2() && kind == RuntimeKind.CONTAINERD,
              own,
              plan.remarks().stream().filter(remark -> remark.runtime() == kind).toList()));
    }
    return states;
  }

  private Decision decide(RuntimeSettings settings) {
    Written written = state.read();
    HostTree before = new BeforeUs(node, state, written);
    return decide(settings, written, RuntimePlanner.plan(before, settings));
  }

  private Decision decide(RuntimeSettings settings, Written written, RuntimePlan plan) {
    HostTree before = new BeforeUs(node, state, written);
    Set<RuntimeKind> scope = EnumSet.noneOf(RuntimeKind.class);
    // What cannot be decided now stays as it was made.
    settings.kinds().stream().filter(kind -> !plan.isRefused(kind)).forEach(scope::add);
    return decision(before, written, plan.wanted(), scope, plan.remarks());
  }

  private Decision decideRevert(Set<RuntimeKind> runtimes) {
    Written written = state.read();
    List<Remark> remarks = new ArrayList<>();
    for (WrittenFile file : written.files()) {
      Optional<String> now = node.read(Path.of(file.path()));
      if (runtimes.contains(file.kind()) && now.filter(file::differs).isPresent()) {
        String text = file.path() + " was changed by somebody since; only our part is taken out";
        remarks.add(new Remark(file.kind(), Remark.Level.WARNING, text));
      }
    }
    HostTree before = new BeforeUs(node, state, written);
    return decision(before, written, Map.of(), runtimes, remarks);
  }

  private Decision decision(
      HostTree before,
      Written written,
      Map<Path, WantedFile> wanted,
      Set<RuntimeKind> scope,
      List<Remark> remarks) {
    NavigableMap<Path, FileChange> changes = new TreeMap<>();
    for (WrittenFile file : written.files()) {
      if (scope.contains(file.kind())) {
        Path path = Path.of(file.path());
        changes.put(
            path,
            new FileChange(path, node.read(path), before.read(path), true, file.activation()));
      }
    }
    wanted.forEach((path, file) ->
        changes.put(
            path,
            new FileChange(
                path,
                node.read(path),
                Optional.of(file.text()),
                file.secret(),
                file.activation())));
    changes.values().removeIf(change -> change.before().equals(change.after()));
    RuntimeOutcome outcome = new RuntimeOutcome(List.copyOf(changes.values()), remarks);
    return new Decision(before, written, wanted, scope, outcome);
  }

  private RuntimeOutcome apply(Decision decision, String proxy, StateLock lock) {
    List<FileChange> changes = decision.outcome().changes();
    Set<String> folders = new LinkedHashSet<>(decision.written().folders());
    add(folders, lock.made());
    NavigableMap<Path, WrittenFile> files = new TreeMap<>();
    decision.written().files().forEach(file -> files.put(Path.of(file.path()), file));
    Set<Path> changed = new LinkedHashSet<>();
    changes.forEach(change -> changed.add(change.file()));
    boolean adopted = false;
    for (Map.Entry<Path, WantedFile> wanted : decision.wanted().entrySet()) {
      Path path = wanted.getKey();
      if (changed.contains(path) || !files.containsKey(path)) {
        Optional<String> former = decision.before().read(path);
        former.ifPresent(text -> add(folders, state.keep(path, text)));
        files.put(path, entry(path, wanted.getValue(), former.isPresent(), proxy));
        adopted = true;
      }
    }
    Set<Path> over = new LinkedHashSet<>();
    files.forEach((path, made) -> {
      if (!decision.wanted().containsKey(path) && decision.scope().contains(made.kind())) {
        over.add(path);
      }
    });
    if (adopted || !changes.isEmpty() || !over.isEmpty()) {
      folders.addAll(writeDown(files.values(), folders));
      changes.forEach(change -> write(change, folders));
      over.forEach(files::remove);
      over.forEach(state::forget);
      finish(files, folders, lock);
    }
    return decision.outcome();
  }

  private static WrittenFile entry(Path path, WantedFile file, boolean existed, String proxy) {
    return new WrittenFile(
        path.toString(),
        file.runtime().label(),
        BeforeUs.sha256(file.text()),
        existed,
        proxy,
        file.activation());
  }

  private List<String> writeDown(Collection<WrittenFile> files, Set<String> folders) {
    return state.write(new Written(1, List.copyOf(files), List.copyOf(folders))).folders();
  }

  private void write(FileChange change, Set<String> folders) {
    if (change.after().isPresent()) {
      add(folders, node.write(change.file(), change.after().get(), change.secret()));
    } else {
      node.delete(change.file());
    }
  }

  /** Innermost folders first; those that are still needed, or used by others, are not empty. */
  private void finish(Map<Path, WrittenFile> files, Set<String> folders, StateLock lock) {
    if (files.isEmpty()) {
      state.delete();
    }
    List<String> innermost = new ArrayList<>(folders);
    Collections.reverse(innermost);
    innermost.removeIf(folder -> !node.deleteIfEmpty(Path.of(folder)));
    innermost.forEach(folders::remove);
    if (files.isEmpty()) {
      lock.deserts(folders.stream().map(Path::of).toList());
    } else {
      writeDown(files.values(), folders);
    }
  }

  private static void add(Set<String> folders, Collection<Path> made) {
    made.forEach(path -> folders.add(path.toString()));
  }
}
