package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.rest.Creation;
import dev.dragonfly.manager.rest.EditableRowController;
import dev.dragonfly.manager.rest.RowChange;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.RowChanges;
import dev.dragonfly.manager.row.RowStore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * Schedulers and seed peers over REST. Removing one leaves a tombstone: one that lives has
 * registered for the last time, and its next keep-alive brings the row back.
 */
abstract class InstanceController<
        R extends InstanceRow, F extends RowFilter<R>, C extends RowChange<R>, V>
    extends EditableRowController<R, F, C, V> {
  private final Registrations registrations;

  InstanceController(
      RowStore<R> store,
      RowChanges changes,
      Registrations registrations,
      Supplier<R> empty,
      Function<R, V> view) {
    super(store, changes, empty, each(view));
    this.registrations = registrations;
  }

  @Override
  public V create(@RequestBody @Validated(Creation.class) C body) {
    return changes()
        .together(() -> {
          R row = newRow();
          body.applyTo(row);
          registrations.forget(row.key());
          return super.create(body);
        });
  }

  @Override
  public void remove(@PathVariable long id) {
    registrations.remove(find(id).key());
  }
}
