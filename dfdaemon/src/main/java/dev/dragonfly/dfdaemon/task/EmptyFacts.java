package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What is known of an empty task. */
final class EmptyFacts {
  static final TaskFacts OF_EMPTY =
      new TaskFacts(
          OptionalLong.of(0),
          OptionalLong.of(PieceLayout.MIN_PIECE_LENGTH),
          Map.of(),
          Optional.empty(),
          List.of());

  private EmptyFacts() {}
}
