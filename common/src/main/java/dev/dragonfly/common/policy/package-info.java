/** What a cluster has its hosts refuse, and how much they may give at once. */
@NullMarked
package dev.dragonfly.common.policy;

import org.jspecify.annotations.NullMarked;
