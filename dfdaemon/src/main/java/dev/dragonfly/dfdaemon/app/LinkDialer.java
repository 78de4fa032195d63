package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.dfdaemon.client.PeerAddresses;
import dev.dragonfly.dfdaemon.link.LinkOutcome;
import dev.dragonfly.dfdaemon.link.Links;
import dev.dragonfly.dfdaemon.swarm.Dialer;
import java.net.InetSocketAddress;

/**
 * Dials where hosts say that they serve pieces, if that is a place to connect to on another's word.
 *
 * @param addresses which places those are
 */
record LinkDialer(Links links, PeerAddresses addresses) implements Dialer {
  @Override
  public void dial(Host host, Outcome outcome) {
    InetSocketAddress at;
    try {
      at = addresses.endpoint(host.ip(), host.pieceDataPort());
    } catch (DragonflyException refused) {
      outcome.failed(String.valueOf(refused.getMessage()));
      return;
    }
    links.connect(
        host.id(),
        at,
        came -> {
          switch (came) {
            case LinkOutcome.Linked linked -> outcome.linked(linked.link());
            case LinkOutcome.Plain plain -> outcome.plain();
            case LinkOutcome.Failed failed -> outcome.failed(failed.why());
          }
        });
  }
}
