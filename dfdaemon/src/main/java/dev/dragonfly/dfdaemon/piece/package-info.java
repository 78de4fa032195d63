/** What a download wants and which piece is whose at the moment. */
@NullMarked
package dev.dragonfly.dfdaemon.piece;

import org.jspecify.annotations.NullMarked;
