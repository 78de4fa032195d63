/**
 * Points the container runtimes of a node at the proxy, and takes it back. What is wanted is
 * computed from the files as they were before this program came ({@code BeforeUs}), without I/O; so
 * running it twice changes nothing, and revert is the same computation with nothing wanted.
 */
@NullMarked
package dev.dragonfly.dfdaemon.runtime;

import org.jspecify.annotations.NullMarked;
