/** Who distributes: hosts and the peers on them. */
@NullMarked
package dev.dragonfly.common.host;

import org.jspecify.annotations.NullMarked;
