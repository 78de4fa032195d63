package dev.dragonfly.manager.row;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.jpa.domain.Specification;

/**
 * Which rows a list shall show: those that equal all given values; absent, empty and 0 match all.
 */
public final class Match<R> {
  private final List<Specification<R>> conditions = new ArrayList<>();

  /** Adds a condition on an attribute, unless the value is absent, empty or 0. */
  public Match<R> equal(String attribute, @Nullable Object value) {
    if (value != null && !value.equals("") && !(value instanceof Number n && n.longValue() == 0)) {
      conditions.add((row, query, is) -> is.equal(row.get(attribute), value));
    }
    return this;
  }

  public Specification<R> specification() {
    return Specification.allOf(conditions);
  }
}
