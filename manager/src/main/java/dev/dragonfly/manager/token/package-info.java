/** Personal access tokens: for programs that call without a session. */
@NullMarked
package dev.dragonfly.manager.token;

import org.jspecify.annotations.NullMarked;
