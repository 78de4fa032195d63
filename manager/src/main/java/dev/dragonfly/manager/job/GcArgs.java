package dev.dragonfly.manager.job;

import dev.dragonfly.manager.rest.Required;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which old rows are to go.
 *
 * @param ttl after how many nanoseconds; where it is asked for, the setting says it
 */
record GcArgs(
    @Nullable @Required @Pattern(regexp = "audit|job|", message = "must be audit or job")
        String type,
    @Nullable Long ttl,
    @Nullable Integer batchSize) {
  static final int BATCH = 5_000;
}
