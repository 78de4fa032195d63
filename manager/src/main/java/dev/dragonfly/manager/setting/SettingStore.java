package dev.dragonfly.manager.setting;

import dev.dragonfly.manager.row.RowStore;

/** Settings in PostgreSQL. */
interface SettingStore extends RowStore<SettingRow> {}
