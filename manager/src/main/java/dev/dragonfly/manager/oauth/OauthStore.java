package dev.dragonfly.manager.oauth;

import dev.dragonfly.manager.row.RowStore;
import java.util.Optional;

/** Providers in PostgreSQL. */
public interface OauthStore extends RowStore<OauthRow> {
  Optional<OauthRow> findByName(String name);
}
