package dev.dragonfly.manager.user;

import dev.dragonfly.manager.row.RowStore;
import java.util.Optional;

/** Accounts in PostgreSQL. */
public interface UserStore extends RowStore<UserRow> {
  Optional<UserRow> findByName(String name);
}
