/** The conversation of one download with its scheduler, over reconnections and fail-over. */
@NullMarked
package dev.dragonfly.dfdaemon.session;

import org.jspecify.annotations.NullMarked;
