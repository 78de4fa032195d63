package dev.dragonfly.manager.dispatch;

import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A listener that writes down what it hears. */
public final class Heard implements PreheatListener {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CountDownLatch first = new CountDownLatch(1);

  public List<String> lines() {
    return lines;
  }

  /** Open as soon as something was heard. */
  public CountDownLatch first() {
    return first;
  }

  @Override
  public void planned(List<Target> targets, List<JobHost> hosts) {
    lines.add("planned " + targets.stream().map(Heard::text).toList());
    first.countDown();
  }

  @Override
  public void progressed(Target target, long finishedBytes, long contentLength) {
    lines.add("progressed %s %d/%d".formatted(text(target), finishedBytes, contentLength));
  }

  @Override
  public void ended(
      Target target, JobHost host, long contentLength, long originBytes, String failure) {
    lines.add(
        "ended %s on %s %d %d '%s'"
            .formatted(text(target), host.hostname(), contentLength, originBytes, failure));
  }

  private static String text(Target target) {
    return target.url() + "@" + target.hostId();
  }
}
