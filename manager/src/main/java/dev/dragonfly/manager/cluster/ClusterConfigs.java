package dev.dragonfly.manager.cluster;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clusters give to their members. Everything is kept as existing clients see it: a number that
 * was not given is 0, a block list has all its levels.
 */
final class ClusterConfigs {
  private ClusterConfigs() {}

  /** How schedulers choose parents and take jobs; 0 leaves it to them. */
  record SchedulerConfig(
      @Limit(min = 1, max = 20) Integer candidateParentLimit,
      @Limit(min = 10, max = 1000) Integer filterParentLimit,
      @Limit(min = 1, max = 1_000_000) Integer jobRateLimit) {
    SchedulerConfig {
      candidateParentLimit = orZero(candidateParentLimit);
      filterParentLimit = orZero(filterParentLimit);
      jobRateLimit = orZero(jobRateLimit);
    }
  }

  /** How much an ordinary peer uploads at once, and what it refuses. */
  record PeerConfig(@Limit(min = 1, max = 2000) Integer loadLimit, @Valid BlockList blockList) {
    PeerConfig {
      loadLimit = orZero(loadLimit);
      blockList = blockList == null ? BlockList.EMPTY : blockList;
    }
  }

  /** How much a seed peer uploads at once, and what it refuses. */
  record SeedPeerConfig(
      @Limit(min = 1, max = 50_000) Integer loadLimit, @Valid BlockList blockList) {
    SeedPeerConfig {
      loadLimit = orZero(loadLimit);
      blockList = blockList == null ? BlockList.EMPTY : blockList;
    }
  }

  /** What the seed peers that serve a scheduler cluster refuse. */
  record SeedClientConfig(@Valid BlockList blockList) {
    SeedClientConfig {
      blockList = blockList == null ? BlockList.EMPTY : blockList;
    }
  }

  /** Whom a cluster is meant for. */
  record Scopes(
      @Size(max = 1024) String idc,
      @Size(max = 1024) String location,
      @Nullable @Size(max = 1000) List<@NotNull @Network String> cidrs,
      @Nullable @Size(max = 1000) List<@NotNull @Expression String> hostnames) {
    Scopes {
      idc = idc == null ? "" : idc;
      location = location == null ? "" : location;
    }
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}
