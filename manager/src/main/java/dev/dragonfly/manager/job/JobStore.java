package dev.dragonfly.manager.job;

import dev.dragonfly.manager.row.RowStore;

/** Jobs in PostgreSQL, to read. */
interface JobStore extends RowStore<JobRow> {}
