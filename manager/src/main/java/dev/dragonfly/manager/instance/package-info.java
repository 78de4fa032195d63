/** Schedulers and seed peers: registration, keep-alive, expiry. */
@NullMarked
package dev.dragonfly.manager.instance;

import org.jspecify.annotations.NullMarked;
