package dev.dragonfly.dfdaemon.task;

import java.time.Duration;

/**
 * How long a download waits for whom before it helps itself.
 *
 * @param newWithoutScheduler how long a new download waits for a scheduler before it reads the
 *     source
 * @param runningWithoutScheduler how long a running one goes without progress from its parents
 *     while no scheduler is reachable
 * @param rescheduleAfter how long without progress before the scheduler is asked for other parents
 * @param giveUpParentsAfter how long without progress before the source is read although a
 *     scheduler answers
 * @param total how long a download may take unless its caller says otherwise
 */
public record PatienceSettings(
    Duration newWithoutScheduler,
    Duration runningWithoutScheduler,
    Duration rescheduleAfter,
    Duration giveUpParentsAfter,
    Duration total) {}
