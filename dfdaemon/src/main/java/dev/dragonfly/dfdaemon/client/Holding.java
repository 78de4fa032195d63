package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;

/**
 * A task of which this host holds at least one piece.
 *
 * @param task which task
 * @param peer the peer that holds it
 * @param spec identity, without request headers
 * @param facts what is known of the content
 * @param pieces what is held
 * @param finished whether everything is held
 * @param readSource whether this host itself has read at least a part from the source
 */
public record Holding(
    TaskId task,
    PeerId peer,
    TaskSpec spec,
    TaskFacts facts,
    PieceBitmap pieces,
    boolean finished,
    boolean readSource) {}
