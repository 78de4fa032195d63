package dev.dragonfly.manager.searcher;

/** A cluster that could serve a daemon. */
record Candidate(long clusterId, boolean isDefault, ScopeMatcher scopes) {
  Candidate(long clusterId, boolean isDefault, Scopes scopes) {
    this(clusterId, isDefault, new ScopeMatcher(scopes));
  }
}
