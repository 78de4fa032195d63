/** Sign-in by accounts of other providers. */
@NullMarked
package dev.dragonfly.manager.oauth;

import org.jspecify.annotations.NullMarked;
