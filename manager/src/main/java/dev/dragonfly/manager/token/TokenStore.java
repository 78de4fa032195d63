package dev.dragonfly.manager.token;

import dev.dragonfly.manager.row.RowStore;
import java.util.Optional;

/** Personal access tokens in PostgreSQL. */
interface TokenStore extends RowStore<TokenRow> {
  Optional<TokenRow> findByTokenHash(String tokenHash);
}
