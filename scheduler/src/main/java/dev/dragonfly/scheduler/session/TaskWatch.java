package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.TaskNews;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Brings news of a task into a mailbox; however many come, one at most waits there. Opened and
 * closed in the mailbox.
 */
final class TaskWatch {
  private final TaskNews news;
  private final TaskId task;
  private final Mailbox mailbox;
  private final Runnable action;
  private final AtomicBoolean pending = new AtomicBoolean();
  private TaskNews.@Nullable Subscription subscription;

  TaskWatch(TaskNews news, TaskId task, Mailbox mailbox, Runnable action) {
    this.news = news;
    this.task = task;
    this.mailbox = mailbox;
    this.action = action;
  }

  void open() {
    if (subscription == null) {
      subscription = news.subscribe(task, this::arrived);
    }
  }

  boolean isOpen() {
    return subscription != null;
  }

  void close() {
    if (subscription != null) {
      subscription.close();
      subscription = null;
    }
  }

  private void arrived() {
    if (pending.compareAndSet(false, true)) {
      mailbox.post(() -> {
        pending.set(false);
        action.run();
      });
    }
  }
}
