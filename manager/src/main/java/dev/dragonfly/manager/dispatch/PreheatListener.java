package dev.dragonfly.manager.dispatch;

import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.util.List;

/** Hears how a preheat goes. Called by one thread at a time; must not block for long. */
public interface PreheatListener {
  /** Which hosts are to fetch which contents; comes first, a large plan in parts. */
  void planned(List<Target> targets, List<JobHost> hosts);

  /**
   * At most one in a second for each target.
   *
   * @param contentLength bytes; 0 while unknown
   */
  void progressed(Target target, long finishedBytes, long contentLength);

  /**
   * A target has ended.
   *
   * @param host where; also when it was not in a plan
   * @param failure empty where the host holds the content
   */
  void ended(Target target, JobHost host, long contentLength, long originBytes, String failure);
}
