/**
 * A small network on one machine: namespaces behind links of a given rate, joined by a bridge. For
 * root on Linux.
 */
@NullMarked
package dev.dragonfly.lab;

import org.jspecify.annotations.NullMarked;
