/** The JSON documents that schedulers and daemons receive as their dynamic configuration. */
@NullMarked
package dev.dragonfly.manager.dynconfig;

import org.jspecify.annotations.NullMarked;
