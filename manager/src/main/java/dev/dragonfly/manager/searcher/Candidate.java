package dev.dragonfly.manager.searcher;

/** A cluster that could serve a daemon. */
public record Candidate(long clusterId, boolean isDefault, Scopes scopes) {}
