/** REST against a recording of the manager that existing clients know. */
@NullMarked
package dev.dragonfly.manager.parity;

import org.jspecify.annotations.NullMarked;
