/** What is distributed: the task, its identity, its kind and what is known of its content. */
@NullMarked
package dev.dragonfly.common.task;

import org.jspecify.annotations.NullMarked;
