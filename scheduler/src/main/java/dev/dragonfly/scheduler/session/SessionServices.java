package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.scheduling.Limits;
import dev.dragonfly.scheduler.scheduling.ParentScheduler;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig;
import dev.dragonfly.scheduler.seed.SeedTrigger;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostDirectory;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all sessions share.
 *
 * @param graph the shared graph
 * @param hosts recent hosts
 * @param parents decides
 * @param seeds asks seeds
 * @param config timings and limits
 * @param limits limits that the manager can change
 * @param blocks what hosts of a type may not download, by the manager
 * @param time the clock
 * @param timers the timers
 * @param executor makes virtual threads
 * @param metrics counters
 * @param figures what the manager is told every ten seconds
 */
public record SessionServices(
    Graph graph,
    HostDirectory hosts,
    ParentScheduler parents,
    SeedTrigger seeds,
    SchedulingConfig config,
    Supplier<Limits> limits,
    Function<HostType, BlockList> blocks,
    Time time,
    Timers timers,
    Executor executor,
    SessionMetrics metrics,
    FigureCounter figures) {}
