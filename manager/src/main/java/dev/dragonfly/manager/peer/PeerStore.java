package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.row.RowStore;

/** Peers in PostgreSQL. */
interface PeerStore extends RowStore<PeerRow> {}
