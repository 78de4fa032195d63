package dev.dragonfly.manager.user;

import java.security.Principal;

/** Who is signed in. */
record Caller(long id, String name) implements Principal {
  @Override
  public String getName() {
    return name;
  }
}
