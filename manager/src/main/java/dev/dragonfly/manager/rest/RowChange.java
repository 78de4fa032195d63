package dev.dragonfly.manager.rest;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A new row, or what to change of one, as a body says it. */
public interface RowChange<R> {
  /** Writes into the row what is given; absent, empty and 0 change nothing. */
  void applyTo(R row);

  /** Hands a value on unless it is absent, empty or 0. */
  static <T> void given(@Nullable T value, Consumer<T> setter) {
    if (value != null && !value.equals("") && !(value instanceof Number n && n.longValue() == 0)) {
      setter.accept(value);
    }
  }
}
