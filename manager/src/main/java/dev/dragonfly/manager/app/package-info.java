/**
 * The process: command line, configuration, start, stop; the only package that knows all others.
 */
@NullMarked
package dev.dragonfly.manager.app;

import org.jspecify.annotations.NullMarked;
