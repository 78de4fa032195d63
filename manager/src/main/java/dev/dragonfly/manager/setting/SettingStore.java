package dev.dragonfly.manager.setting;

import dev.dragonfly.manager.row.RowStore;
import java.util.Optional;

/** Settings in PostgreSQL. */
interface SettingStore extends RowStore<SettingRow> {
  Optional<SettingRow> findByName(String name);
}
