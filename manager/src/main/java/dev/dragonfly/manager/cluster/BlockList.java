package dev.dragonfly.manager.cluster;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What peers refuse to download or upload, per kind of task; each level may be absent. */
record BlockList(
    @Nullable Blocks task, @Nullable Blocks persistentTask, @Nullable Blocks persistentCacheTask) {

  /** Rules for the two directions. */
  record Blocks(@Nullable Rules download, @Nullable Rules upload) {}

  /**
   * A task is refused when it matches one of these.
   *
   * @param urls RE2 expressions
   */
  record Rules(
      @Nullable List<String> applications,
      @Nullable List<String> urls,
      @Nullable List<String> tags,
      @Nullable List<Integer> priorities) {
    Rules {
      if (urls != null) {
        urls.forEach(Rules::check);
      }
    }

    /** A peer that meets a broken expression drops its whole configuration, so none gets in. */
    private static void check(String url) {
      try {
        Pattern.compile(url);
      } catch (PatternSyntaxException e) {
        throw new DragonflyException(
            ErrorCode.INVALID_ARGUMENT,
            "tried to read block_list urls, got the broken expression " + url,
            e);
      }
    }
  }
}
