package dev.dragonfly.manager.rest;

import dev.dragonfly.manager.row.BaseRow;
import dev.dragonfly.manager.row.RowChanges;
import dev.dragonfly.manager.row.RowStore;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * What REST offers of every kind of row: list, show, create and remove. Success is always 200, as
 * existing clients expect.
 *
 * @param <R> the row
 * @param <F> the filter of a list
 * @param <C> the body of a creation
 * @param <V> what is shown
 */
public abstract class RowController<
    R extends BaseRow, F extends RowFilter<R>, C extends RowChange<R>, V> {
  private final RowStore<R> store;
  private final RowChanges changes;
  private final Supplier<R> empty;
  private final Function<List<R>, List<V>> views;

  /**
   * @param empty a row without content
   * @param views what is shown of rows, with at most one further query for all of them
   */
  protected RowController(
      RowStore<R> store, RowChanges changes, Supplier<R> empty, Function<List<R>, List<V>> views) {
    this.store = store;
    this.changes = changes;
    this.empty = empty;
    this.views = views;
  }

  /** What is shown of rows that need no further query. */
  protected static <R, V> Function<List<R>, List<V>> each(Function<R, V> view) {
    return rows -> rows.stream().map(view).toList();
  }

  @GetMapping
  @Operation(summary = "List in pages")
  public ResponseEntity<List<V>> list(
      @Valid @ParameterObject F filter, @Valid @ParameterObject PageQuery page) {
    return Pages.answer(store, filter.specification(), page, views);
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show one")
  public V get(@PathVariable @Positive long id) {
    return views.apply(List.of(find(id))).getFirst();
  }

  @PostMapping
  @Operation(summary = "Create one")
  public V create(@RequestBody @Validated(Creation.class) C body) {
    R row = newRow();
    body.applyTo(row);
    return written(changes.create(store, row, stored -> afterCreation(stored, body)), body);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Remove one")
  public void remove(@PathVariable @Positive long id) {
    changes.remove(store, id, this::beforeRemoval);
  }

  /** A row without content. */
  protected final R newRow() {
    return empty.get();
  }

  /** What is shown of a row that was just created or changed. */
  protected V written(R row, C body) {
    return views.apply(List.of(row)).getFirst();
  }

  /** What else belongs to a creation, in its transaction. */
  protected void afterCreation(R row, C body) {}

  /** What belongs to a removal, in its transaction; may refuse it. */
  protected void beforeRemoval(R row) {}

  /** The row that a request means. */
  protected R find(long id) {
    return store.findById(id).orElseThrow(RowChanges::notFound);
  }

  protected final RowStore<R> store() {
    return store;
  }

  protected final RowChanges changes() {
    return changes;
  }
}
