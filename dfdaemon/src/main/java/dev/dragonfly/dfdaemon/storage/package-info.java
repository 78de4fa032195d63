/**
 * The local store: content files, the catalog that survives a crash, blocks that are verified
 * before they are marked.
 */
@NullMarked
package dev.dragonfly.dfdaemon.storage;

import org.jspecify.annotations.NullMarked;
