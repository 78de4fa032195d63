package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.task.TaskSpec;

/** In whose name the source of a task is read. Safe for any thread; no method blocks. */
public interface SourceCallers {
  /** The way to go now: that of one who was let in, else of one who was not refused yet. */
  SourceAccess current();

  /** The source let this one in. */
  void accepted(SourceAccess access);

  /**
   * The source refused this one.
   *
   * @return whether there is another to try
   */
  boolean isAnotherLeft(SourceAccess refused, DragonflyException why);

  /** One caller alone. */
  static SourceCallers only(TaskSpec spec) {
    SourceAccess access = SourceAccess.of(spec);
    return new SourceCallers() {
      @Override
      public SourceAccess current() {
        return access;
      }

      @Override
      public void accepted(SourceAccess same) {}

      @Override
      public boolean isAnotherLeft(SourceAccess refused, DragonflyException why) {
        return false;
      }
    };
  }
}
