package dev.dragonfly.manager.cluster;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What peers refuse to download or upload, per kind of task; each level may be absent. A peer that
 * meets anything it cannot parse drops its whole configuration, so nothing of the kind gets in.
 */
record BlockList(
    @Nullable @Valid TaskBlocks task,
    @Nullable @Valid Blocks persistentTask,
    @Nullable @Valid Blocks persistentCacheTask) {
  static final BlockList EMPTY = new BlockList(null, null, null);
  private static final int MOST = 1_000;

  /** Tasks are only downloaded; what is uploaded of them somebody downloads. */
  record TaskBlocks(@Nullable @Valid Downloads download) {}

  /** Rules for the two directions. */
  record Blocks(@Nullable @Valid Downloads download, @Nullable @Valid Uploads upload) {}

  /** A download is refused when it matches one of these. */
  record Downloads(
      @Nullable @Size(max = MOST) List<@NotNull String> applications,
      @Nullable @Size(max = MOST) List<@NotNull @Expression String> urls,
      @Nullable @Size(max = MOST) List<@NotNull String> tags,
      @Nullable @Size(max = MOST) List<@NotNull @Min(0) @Max(6) Integer> priorities) {}

  /** An upload is refused when it matches one of these. */
  record Uploads(
      @Nullable @Size(max = MOST) List<@NotNull String> applications,
      @Nullable @Size(max = MOST) List<@NotNull @Expression String> urls,
      @Nullable @Size(max = MOST) List<@NotNull String> tags) {}
}
