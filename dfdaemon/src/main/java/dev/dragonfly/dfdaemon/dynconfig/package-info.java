/** Which schedulers there are: from the manager or from the configuration. */
@NullMarked
package dev.dragonfly.dfdaemon.dynconfig;

import org.jspecify.annotations.NullMarked;
