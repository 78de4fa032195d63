package dev.dragonfly.dfdaemon.dynconfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A list of schedulers that the test changes. */
public class FakeSchedulers implements Schedulers {

  public final AtomicInteger refreshes = new AtomicInteger();
  private final List<Consumer<List<InetSocketAddress>>> listeners = new CopyOnWriteArrayList<>();
  private volatile List<InetSocketAddress> current;

  public FakeSchedulers(InetSocketAddress... addresses) {
    current = List.of(addresses);
  }

  public void become(InetSocketAddress... addresses) {
    current = List.of(addresses);
    listeners.forEach(listener -> listener.accept(current));
  }

  @Override
  public List<InetSocketAddress> current() {
    return current;
  }

  @Override
  public boolean lists(InetAddress address) {
    return current.stream().anyMatch(scheduler -> scheduler.getAddress().equals(address));
  }

  @Override
  public void lookAgain() {
    refreshes.incrementAndGet();
  }

  @Override
  public void listen(Consumer<List<InetSocketAddress>> listener) {
    listeners.add(listener);
  }

  @Override
  public void refresh() {
    refreshes.incrementAndGet();
  }

  @Override
  public void start() {}

  @Override
  public void close() {}
}
