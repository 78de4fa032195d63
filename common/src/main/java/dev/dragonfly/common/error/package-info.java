/** One exception, one set of codes, one mapping to gRPC, HTTP and exit codes. */
@NullMarked
package dev.dragonfly.common.error;

import org.jspecify.annotations.NullMarked;
