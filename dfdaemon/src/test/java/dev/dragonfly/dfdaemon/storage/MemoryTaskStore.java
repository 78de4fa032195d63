package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A store of {@link MemoryTask}s. */
public final class MemoryTaskStore implements TaskStore {
  private final Map<TaskId, MemoryTask> tasks = new ConcurrentHashMap<>();
  private final Path folder;

  /** Content files are made in the folder. */
  public MemoryTaskStore(Path folder) {
    this.folder = folder;
  }

  /** Adds a task that was made elsewhere. */
  public MemoryTask add(MemoryTask task) {
    tasks.put(task.id(), task);
    return task;
  }

  @Override
  public StoredTask open(TaskId id, TaskSpec spec) {
    return tasks.computeIfAbsent(id, key -> new MemoryTask(key, spec, folder));
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
    tasks.computeIfPresent(id, (key, task) -> task.layout().isEmpty() ? null : task);
  }

  @Override
  public StoredTask openPrivate(TaskId id, TaskSpec spec) {
    return new MemoryTask(id, spec, folder);
  }

  @Override
  public void adopt(StoredTask privateTask) {
    MemoryTask before = tasks.put(privateTask.id(), (MemoryTask) privateTask);
    if (before != null) {
      before.delete();
    }
  }

  @Override
  public void discard(StoredTask privateTask) {}

  @Override
  public void close() {}
}
