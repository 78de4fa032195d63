/** The whole system as processes, and what happens to downloads when parts of it die. */
@NullMarked
package dev.dragonfly.scenario;

import org.jspecify.annotations.NullMarked;
