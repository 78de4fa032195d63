package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.time.Time;
import java.nio.file.Path;

/**
 * What all tasks of a store share.
 *
 * @param dir folder of the store
 * @param disk does file I/O
 * @param files open channels
 * @param space how much room there is
 * @param time the clock
 * @param bootId identity of this start of the machine
 */
record StoreParts(
    Path dir, DiskExecutor disk, OpenFiles files, FreeSpace space, Time time, String bootId) {}
