package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.SentChunks;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.task.TaskRunner;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the proxy stands on; all of it outlives the proxy.
 *
 * @param runner the corridor
 * @param store the local store
 * @param origins registries and other origins, for what is not shared
 * @param sent what registries sent to this host
 * @param random chooses what registries are asked
 * @param disk threads for file I/O
 * @param tellSchedulers told of tasks that must not be had from this host any more
 * @param meters where the proxy counts
 * @param time the clock
 * @param via how this proxy calls itself in Via headers, unlike all others
 */
public record ProxyContext(
    TaskRunner runner,
    TaskStore store,
    OriginClient origins,
    SentChunks sent,
    RandomGenerator random,
    DiskExecutor disk,
    Consumer<TaskId> tellSchedulers,
    MeterRegistry meters,
    Time time,
    String via) {}
