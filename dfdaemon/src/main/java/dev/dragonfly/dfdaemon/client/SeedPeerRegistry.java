package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.error.DragonflyException;
import java.util.Optional;
import java.util.function.Consumer;

/** The manager's register of seed peers. Safe for any thread. */
public interface SeedPeerRegistry extends AutoCloseable {
  /**
   * Registers the seed peer or changes it. Blocks up to a deadline; call from virtual threads.
   *
   * @throws DragonflyException UNAVAILABLE, DEADLINE_EXCEEDED or what the manager answered
   */
  void update(SeedPeer seedPeer);

  /**
   * Begins to say that the seed peer lives. Never blocks.
   *
   * @param ended called once, on a gRPC thread, when the manager ends it or the connection breaks
   */
  KeepAlive keepAlive(SeedPeer seedPeer, Consumer<Optional<DragonflyException>> ended);

  @Override
  void close();

  /** A stream of signs of life; when it ends the manager takes the seed peer for inactive. */
  interface KeepAlive extends AutoCloseable {

    /** One sign of life; never blocks, does nothing on an ended stream. */
    void beat();

    /** The seed peer leaves. */
    @Override
    void close();
  }

  /**
   * A seed peer as the manager keeps it.
   *
   * @param hostname its name
   * @param ip its address
   * @param port gRPC port, also that of the piece downloads upstream daemons ask for
   * @param downloadPort port of the piece protocol
   * @param clusterId its seed peer cluster, from 1
   * @param idc its data centre
   * @param location its place
   */
  record SeedPeer(
      String hostname,
      String ip,
      int port,
      int downloadPort,
      long clusterId,
      Optional<String> idc,
      Optional<String> location) {}
}
