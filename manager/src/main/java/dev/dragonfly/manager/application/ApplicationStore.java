package dev.dragonfly.manager.application;

import dev.dragonfly.manager.row.RowStore;
import java.util.List;

/** Applications in PostgreSQL. */
public interface ApplicationStore extends RowStore<ApplicationRow> {
  List<ApplicationRow> findAllByOrderById();
}
