package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.storage.OutputWriter;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.task.TaskRunner;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the services of a daemon need.
 *
 * @param hostId this host
 * @param host this host with its load now; may block
 * @param runner the corridor
 * @param store the local store
 * @param output writes what callers want in a file
 * @param timers timers
 * @param tellSchedulers says that this host has a task no longer
 */
public record RpcContext(
    HostId hostId,
    Supplier<Host> host,
    TaskRunner runner,
    TaskStore store,
    OutputWriter output,
    Timers timers,
    Consumer<TaskId> tellSchedulers) {}
