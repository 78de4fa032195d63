package dev.dragonfly.manager.audit;

import dev.dragonfly.manager.row.RowStore;

/** Audits in PostgreSQL. */
interface AuditStore extends RowStore<AuditRow> {}
