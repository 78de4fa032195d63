package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.BaseRow;
import dev.dragonfly.manager.row.Match;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;

/** The clusters of this name, of which there is one at most. */
record NameFilter<R extends BaseRow>(@Nullable String name) implements RowFilter<R> {
  @Override
  public Specification<R> specification() {
    return new Match<R>().equal("name", name).specification();
  }
}
