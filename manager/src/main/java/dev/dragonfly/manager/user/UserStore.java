package dev.dragonfly.manager.user;

import java.util.Optional;
import org.springframework.data.repository.ListCrudRepository;

/** Accounts in PostgreSQL. */
public interface UserStore extends ListCrudRepository<UserRow, Long> {
  Optional<UserRow> findByName(String name);
}
