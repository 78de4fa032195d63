package dev.dragonfly.manager.figures;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/** What happened within one step, as REST shows it. */
@Schema(description = "What happened from begin to one step later")
record FigurePoint(
    @Schema(description = "When the step begins") Instant begin,
    @Schema(description = "Bytes that hosts, seed peers included, read at origins")
        long originBytes,
    @Schema(description = "Bytes that hosts got from seed peers") long seedBytes,
    @Schema(description = "Bytes that hosts got from ordinary peers") long peerBytes,
    @Schema(description = "Downloads that ended well, those of seed peers included") long downloads,
    @Schema(description = "Downloads that ended badly") long failures,
    @Schema(description = "Of the downloads those that read the origin") long backToSource,
    @Schema(description = "Most hosts that lived at the same time") long hosts,
    @Schema(description = "Most downloads that ran at the same time") long running) {}
