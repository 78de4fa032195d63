/** Protobuf to domain and back; the only package of common that sees generated types. */
@NullMarked
package dev.dragonfly.common.wire;

import org.jspecify.annotations.NullMarked;
