package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.client.AnnounceStream;
import java.util.Optional;

/**
 * Hears one stream for its session. The session takes its lock and ignores what comes after the
 * connection was given up.
 */
record StreamListener(RingSession session, Connection connection)
    implements AnnounceStream.Listener {
  @Override
  public void ready() {
    session.hear(connection, connection::ready);
  }

  @Override
  public void accepted() {
    session.hear(connection, connection::accepted);
  }

  @Override
  public void decided(ScheduleDecision decision) {
    session.hear(connection, () -> session.decided(connection, decision));
  }

  @Override
  public void ended(Optional<DragonflyException> failure) {
    session.hear(connection, () -> session.ended(connection, failure));
  }
}
