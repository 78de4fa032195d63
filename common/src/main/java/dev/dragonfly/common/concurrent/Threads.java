package dev.dragonfly.common.concurrent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** The only place that makes threads; every thread has a name. */
public final class Threads {
  private Threads() {}

  /** Starts a virtual thread: for control flow that blocks, never for file I/O. */
  public static Thread virtual(String name, Runnable action) {
    return Thread.ofVirtual().name(name).start(action);
  }

  /** Starts a daemon platform thread. */
  public static Thread daemon(String name, Runnable action) {
    return Thread.ofPlatform().daemon().name(name).start(action);
  }

  /** A thread that runs when the process is told to end. */
  public static void onShutdown(String name, Runnable action) {
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(action));
  }

  /** An executor with a virtual thread for each action; whoever makes it closes it. */
  public static ExecutorService newVirtualExecutor(String name) {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
  }

  /** Makes daemon platform threads called {@code name-0}, {@code name-1} and so on. */
  public static ThreadFactory daemonFactory(String name) {
    return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
  }
}
