/** Registries as the proxy meets them: login, tokens, and who may read what. */
@NullMarked
package dev.dragonfly.dfdaemon.proxy.registry;

import org.jspecify.annotations.NullMarked;
