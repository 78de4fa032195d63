/** What every row of the database shares. */
@NullMarked
package dev.dragonfly.manager.row;

import org.jspecify.annotations.NullMarked;
