/** Reading sources over HTTP: ranges, redirects, lengths that lie, addresses that are refused. */
@NullMarked
package dev.dragonfly.dfdaemon.source;

import org.jspecify.annotations.NullMarked;
