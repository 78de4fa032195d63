/** The HTTP proxy of container runtimes and other tools: registry mirror and forward proxy. */
@NullMarked
package dev.dragonfly.dfdaemon.proxy;

import org.jspecify.annotations.NullMarked;
