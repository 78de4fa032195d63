/**
 * The job list that managers and schedulers of upstream share in Redis ("machinery v1"), as values
 * and their JSON; pure. A producer keeps a {@link dev.dragonfly.common.joblist.GroupMeta} and a
 * {@link dev.dragonfly.common.joblist.TaskState} PENDING under their identifiers and then appends a
 * {@link dev.dragonfly.common.joblist.Signature} to the list of a scheduler; the scheduler takes it
 * off, replaces the state as it goes, and leaves its answer there.
 */
@NullMarked
package dev.dragonfly.common.joblist;

import org.jspecify.annotations.NullMarked;
