/** The read side of the OCI distribution API: paths, registries and errors; pure. */
@NullMarked
package dev.dragonfly.common.oci;

import org.jspecify.annotations.NullMarked;
