package dev.dragonfly.manager.user;

import java.time.Instant;

/** Somebody is signed in, from an instant until another. */
record Session(long userId, Instant since, Instant until) {}
