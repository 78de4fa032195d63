/** Tells the manager that this seed peer is there and lives. */
@NullMarked
package dev.dragonfly.seedpeer.registration;

import org.jspecify.annotations.NullMarked;
