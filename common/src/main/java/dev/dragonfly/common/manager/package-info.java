/** How schedulers and seed peers become known to the manager, and stay known. */
@NullMarked
package dev.dragonfly.common.manager;

import org.jspecify.annotations.NullMarked;
