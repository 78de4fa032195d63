/** Who may join the fleet, and the secrets that the manager makes up for itself. */
@NullMarked
package dev.dragonfly.manager.security;

import org.jspecify.annotations.NullMarked;
