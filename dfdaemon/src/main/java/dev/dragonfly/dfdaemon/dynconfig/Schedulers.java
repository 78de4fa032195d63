package dev.dragonfly.dfdaemon.dynconfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * The schedulers of this daemon's cluster, as known now. All addresses are resolved; the list is
 * sorted, so that all daemons that know the same schedulers build the same ring. Safe for any
 * thread; no method blocks but {@link #lookAgain}.
 */
public interface Schedulers extends AutoCloseable {
  /** The known schedulers; empty only as long as none was ever known. */
  List<InetSocketAddress> current();

  /** Whether a scheduler is listed at this address, also one that is not spoken with now. */
  boolean lists(InetAddress address);

  /**
   * Somebody calls who is not listed: looks once more and waits for it, up to a bound; call from
   * virtual threads. Strangers cannot cause more than a look every few seconds.
   */
  void lookAgain();

  /** Calls the listener with every list that differs from the one before; it must be short. */
  void listen(Consumer<List<InetSocketAddress>> listener);

  /** All known schedulers failed: look for others at once. Calls in quick succession count once. */
  void refresh();

  /** Begins to look, at once and then at every interval. */
  void start();

  @Override
  void close();
}
