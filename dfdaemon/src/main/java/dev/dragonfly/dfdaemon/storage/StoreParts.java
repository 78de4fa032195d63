package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.time.Time;

/**
 * What all tasks of a store share.
 *
 * @param disk does file I/O
 * @param files open channels
 * @param space how much room there is
 * @param time the clock
 * @param bootId identity of this start of the machine
 */
record StoreParts(DiskExecutor disk, OpenFiles files, FreeSpace space, Time time, String bootId) {}
