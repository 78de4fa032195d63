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
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;

/** What REST offers of a kind of row that can also be changed. */
public abstract class EditableRowController<
        R extends BaseRow, F extends RowFilter<R>, C extends RowChange<R>, V>
    extends RowController<R, F, C, V> {

  protected EditableRowController(
      RowStore<R> store, RowChanges changes, Supplier<R> empty, Function<List<R>, List<V>> views) {
    super(store, changes, empty, views);
  }

  @PatchMapping("/{id}")
  @Operation(summary = "Change what is given; absent and empty values change nothing")
  public V change(@PathVariable @Positive long id, @RequestBody @Valid C body) {
    R row =
        changes()
            .change(
                store(),
                id,
                found -> {
                  body.applyTo(found);
                  afterChange(found, body);
                });
    return written(row, body);
  }

  /** What else belongs to a change, in its transaction. */
  protected void afterChange(R row, C body) {
    afterCreation(row, body);
  }
}
