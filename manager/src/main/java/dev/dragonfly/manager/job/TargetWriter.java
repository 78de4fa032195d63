package dev.dragonfly.manager.job;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Writes what becomes of the targets of one job: whoever hears of it hands it over, one virtual
 * thread writes all that is there at once. So changes of a job are written in the order of their
 * numbers, a listener misses none, and thousands of hosts do not mean thousands of transactions a
 * second. Safe for any thread.
 */
final class TargetWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TargetWriter.class);

  /** When it is full, who reports waits: the database is slower than the schedulers. */
  private static final int MAX_QUEUED = 2_000;

  private final JobLease lease;
  private final JobTargets targets;
  private final Runnable written;
  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final Thread thread;
  private volatile @Nullable RuntimeException failure;

  /**
   * @param written is called after each batch
   */
  TargetWriter(JobLease lease, JobTargets targets, Runnable written) {
    this.lease = lease;
    this.targets = targets;
    this.written = written;
    this.thread = Threads.virtual("job-writer-" + lease.jobId(), this::writeAll);
  }

  /** Hands a change over; waits while the queue is full. */
  void add(TargetChange change) {
    put(new Entry(change, null));
  }

  /** Returns when all that was handed over before is written. */
  void flush() {
    CountDownLatch done = new CountDownLatch(1);
    put(new Entry(null, done));
    try {
      done.await();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    check();
  }

  /** Writes no more; what was not flushed may be lost. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void put(Entry entry) {
    check();
    try {
      queue.put(entry);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    check();
  }

  private void check() {
    RuntimeException broken = failure;
    if (broken != null) {
      throw broken;
    }
  }

  private void writeAll() {
    List<Entry> batch = new ArrayList<>();
    try {
      while (true) {
        batch.add(queue.take());
        queue.drainTo(batch);
        write(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      failure = new LeaseLostException(lease);
    } catch (LeaseLostException | DataAccessException | TransactionException e) {
      LOG.warn("progress of a job is no longer written {} cause={}", lease, e.toString());
      failure = e;
    } finally {
      // Nobody waits for a writer that is gone; whoever comes later sees the failure.
      release(batch);
      List<Entry> left = new ArrayList<>();
      queue.drainTo(left);
      release(left);
    }
  }

  private void write(List<Entry> batch) {
    Map<List<Object>, TargetChange> newest = new LinkedHashMap<>();
    for (Entry entry : batch) {
      TargetChange change = entry.change();
      if (change instanceof TargetChange.Progressed) {
        // Of several reports of progress the last one counts; plans and ends are kept, all of them.
        newest.put(key(change), change);
      } else if (change != null) {
        newest.putIfAbsent(key(change), change);
      }
    }
    if (!newest.isEmpty()) {
      targets.write(lease, List.copyOf(newest.values()));
      written.run();
    }
    release(batch);
  }

  private static List<Object> key(TargetChange change) {
    return List.of(change.getClass(), change.partId(), change.position(), change.hostId());
  }

  private static void release(List<Entry> batch) {
    for (Entry entry : batch) {
      CountDownLatch done = entry.done();
      if (done != null) {
        done.countDown();
      }
    }
  }

  private static DragonflyException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new DragonflyException(
        ErrorCode.CANCELLED, "interrupted while the progress of a job was written", e);
  }

  /** A change, or somebody who waits until all before it is written. */
  private record Entry(@Nullable TargetChange change, @Nullable CountDownLatch done) {}
}
