package dev.dragonfly.manager.user;

import java.time.Instant;

/**
 * Somebody is signed in, from an instant until another.
 *
 * @param signedIn when he gave his password, which may be several renewals ago
 */
record Session(long userId, Instant signedIn, Instant since, Instant until) {}
