package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What dfget was asked for, checked. */
record DfgetRequest(
    TaskSpec spec,
    Path output,
    Optional<RangeRequest> range,
    Duration timeout,
    int priority,
    boolean overwrite,
    boolean forceHardLink,
    boolean disableBackToSource) {}
