package dev.dragonfly.scheduler.figures;

import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;
import java.util.List;

/** Where slots go: the manager. Blocks up to the bound, on virtual threads. */
@FunctionalInterface
public interface FigureSink {
  /**
   * Tells them; a retry is safe, what is told again replaces what was told.
   *
   * @throws DragonflyException INVALID_ARGUMENT and UNIMPLEMENTED when it will never be taken, else
   *     what keeps the manager from taking it now
   */
  void tell(List<Slot> slots, Duration bound);
}
