package dev.dragonfly.manager.instance;

import java.util.Locale;

/** Whether an instance is heard of. */
public enum InstanceState {
  ACTIVE,
  INACTIVE;

  /** As the database, REST and gRPC write it: lower case. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
