package dev.dragonfly.manager.row;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes, changes and removes rows, each in one transaction. A row is locked before it is read to be
 * changed: of two changes at once the second sees what the first wrote, so that none gets lost.
 * Blocks on the database: call from a virtual thread.
 */
@Component
public final class RowChanges {
  private final TransactionOperations transactions;
  private final ChangeCount changes;
  private final Time time;

  RowChanges(TransactionOperations transactions, ChangeCount changes, Time time) {
    this.transactions = transactions;
    this.changes = changes;
    this.time = time;
  }

  /** Stores a new row; {@code stored} does what belongs to it in the same transaction. */
  public <R extends BaseRow> R create(RowStore<R> store, R row, Consumer<R> stored) {
    return together(() -> {
      row.touch(time.now());
      R saved = store.saveAndFlush(row);
      stored.accept(saved);
      return saved;
    });
  }

  /**
   * Changes a row.
   *
   * @throws DragonflyException NOT_FOUND when there is none
   */
  public <R extends BaseRow> R change(RowStore<R> store, long id, Consumer<R> change) {
    return together(() -> {
      R row = store.lock(id).orElseThrow(RowChanges::notFound);
      change.accept(row);
      row.touch(time.now());
      return store.saveAndFlush(row);
    });
  }

  /**
   * Removes a row; {@code before} may refuse it or take with it what belongs to it.
   *
   * @throws DragonflyException NOT_FOUND when there is none
   */
  public <R extends BaseRow> void remove(RowStore<R> store, long id, Consumer<R> before) {
    together(() -> {
      R row = store.lock(id).orElseThrow(RowChanges::notFound);
      before.accept(row);
      store.delete(row);
      store.flush();
      return row;
    });
  }

  /** All or nothing of what several changes do. */
  @SuppressWarnings("NullAway") // The work never returns null, so neither does the transaction.
  public <T> T together(Supplier<T> work) {
    T result = transactions.execute(status -> work.get());
    changes.changed();
    return result;
  }

  /** The failure for a row that is not there; the text is what existing clients look for. */
  public static DragonflyException notFound() {
    return new DragonflyException(ErrorCode.NOT_FOUND, "record not found");
  }
}
