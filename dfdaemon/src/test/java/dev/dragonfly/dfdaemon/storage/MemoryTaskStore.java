package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A store of {@link MemoryTask}s, without a journal to open again. */
public final class MemoryTaskStore implements TaskStore {
  private final Map<TaskId, MemoryTask> tasks = new ConcurrentHashMap<>();
  private final List<Consumer<StoredTask>> openings = new CopyOnWriteArrayList<>();
  private final Path folder;

  /** Content files are made in the folder. */
  public MemoryTaskStore(Path folder) {
    this.folder = folder;
  }

  /** Adds a task that was made elsewhere. */
  public MemoryTask add(MemoryTask task) {
    tasks.put(task.id(), task);
    openings.forEach(listener -> listener.accept(task));
    return task;
  }

  @Override
  public synchronized StoredTask open(TaskId id, TaskSpec spec) {
    MemoryTask there = tasks.get(id);
    return there == null ? add(new MemoryTask(id, spec, folder)) : there;
  }

  @Override
  public void listen(Consumer<StoredTask> opened) {
    openings.add(opened);
  }

  @Override
  public Optional<StoredTask> find(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  @Override
  public List<StoredTask> all() {
    return List.copyOf(tasks.values());
  }

  @Override
  public void delete(TaskId id) {
    MemoryTask task = tasks.remove(id);
    if (task != null) {
      task.delete();
    }
  }

  @Override
  public void forgetIfEmpty(TaskId id) {
    tasks.computeIfPresent(id, (key, task) -> task.isForgotten() ? null : task);
  }

  @Override
  public StoredTask openPrivate(TaskId id, TaskSpec spec) {
    return new MemoryTask(id, spec, folder);
  }

  @Override
  public void adopt(StoredTask privateTask) {
    delete(privateTask.id());
    add((MemoryTask) privateTask);
  }

  @Override
  public void discard(StoredTask privateTask) {
    if (!tasks.containsValue(privateTask)) {
      ((MemoryTask) privateTask).delete();
    }
  }

  @Override
  public void close() {}
}
