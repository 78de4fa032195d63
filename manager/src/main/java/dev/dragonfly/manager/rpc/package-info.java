/** The gRPC door: manager.v2.Manager and the rules its requests must meet. */
@NullMarked
package dev.dragonfly.manager.rpc;

import org.jspecify.annotations.NullMarked;
