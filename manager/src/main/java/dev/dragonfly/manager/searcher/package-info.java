/** Which cluster suits a daemon best; pure, without I/O. */
@NullMarked
package dev.dragonfly.manager.searcher;

import org.jspecify.annotations.NullMarked;
