/** Which cluster suits a daemon best, and who is where: the picture of the whole. */
@NullMarked
package dev.dragonfly.manager.searcher;

import org.jspecify.annotations.NullMarked;
