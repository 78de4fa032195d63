package dev.dragonfly.dfdaemon.dynconfig;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The list that is known now and who wants to hear of changes. Never becomes empty again. One
 * writer.
 */
final class SchedulerList {
  private static final Comparator<InetSocketAddress> ORDER =
      Comparator.comparing((InetSocketAddress a) -> a.getAddress().getHostAddress())
          .thenComparingInt(InetSocketAddress::getPort);

  private volatile List<InetSocketAddress> current = List.of();
  private final List<Consumer<List<InetSocketAddress>>> listeners = new CopyOnWriteArrayList<>();

  List<InetSocketAddress> current() {
    return current;
  }

  void listen(Consumer<List<InetSocketAddress>> listener) {
    listeners.add(listener);
  }

  /** Takes over a list that is not empty; returns whether it differs from the one before. */
  boolean replace(List<InetSocketAddress> addresses) {
    List<InetSocketAddress> sorted = addresses.stream().distinct().sorted(ORDER).toList();
    if (sorted.isEmpty() || sorted.equals(current)) {
      return false;
    }
    current = sorted;
    listeners.forEach(listener -> listener.accept(sorted));
    return true;
  }
}
