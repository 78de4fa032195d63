/** People: accounts, passwords, sign-in, sessions, who may call what. */
@NullMarked
package dev.dragonfly.manager.user;

import org.jspecify.annotations.NullMarked;
