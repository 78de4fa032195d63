package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.host.PeerId;
import java.util.Map;

/**
 * A decision and why others were not chosen.
 *
 * @param decision what shall happen
 * @param refused reason for each candidate that was looked at and not taken, for the log
 */
public record Verdict(Decision decision, Map<PeerId, Refusal> refused) {}
