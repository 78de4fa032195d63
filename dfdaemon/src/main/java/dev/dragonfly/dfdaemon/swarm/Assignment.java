package dev.dragonfly.dfdaemon.swarm;

import java.net.InetSocketAddress;

/**
 * What a worker is to do.
 *
 * @param piece its number
 * @param from the parent that has it
 * @param data where the parent serves pieces
 * @param hedge whether another parent was asked for it before and is slow
 */
record Assignment(int piece, Neighbour from, InetSocketAddress data, boolean hedge) {}
