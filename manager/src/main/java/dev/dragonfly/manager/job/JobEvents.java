package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.row.RowChanges;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The progress of jobs as server-sent events, each stream on the virtual thread of its request: for
 * every content on a host that changed a {@code target}, then the sums as {@code progress}, whose
 * id is where a stream that broke goes on; at the end {@code end}. Ended first of all when the
 * manager stops, because the web server waits for its requests.
 */
@Component
public final class JobEvents implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(JobEvents.class);

  /**
   * After so many seconds without news a line that says nothing: else nobody notices a dead peer.
   */
  private static final int QUIET = 15;

  /** An hour; the client comes again, and shows again that it may. */
  private static final int LONGEST = 3_600;

  private final JobProgressReader reader;
  private final JobChanges changes;
  private final JsonMapper json;
  private final Semaphore listeners;
  private final int limit;
  private volatile boolean running;

  JobEvents(JobProgressReader reader, JobChanges changes, JsonMapper json, JobsConfig config) {
    this.reader = reader;
    this.changes = changes;
    this.json = json;
    this.limit = config.listeners();
    this.listeners = new Semaphore(limit);
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    changes.signalAll();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /**
   * Sends until the job has ended or the client has gone.
   *
   * @param seen the number of the newest change that the client has; 0 for none
   * @throws DragonflyException UNAVAILABLE when too many listen, NOT_FOUND when there is no such
   *     job
   */
  void stream(long jobId, long seen, HttpServletResponse response) {
    if (!listeners.tryAcquire()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "%d listen already; try again".formatted(limit));
    }
    try (JobChanges.Watch watch = changes.watch(jobId)) {
      JobProgress first = reader.read(jobId).orElseThrow(RowChanges::notFound);
      response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
      response.setCharacterEncoding(StandardCharsets.UTF_8.name());
      response.setHeader("Cache-Control", "no-store");
      // A proxy that collects answers would hold the events back.
      response.setHeader("X-Accel-Buffering", "no");
      send(first, seen, watch, response.getOutputStream());
    } catch (IOException e) {
      LOG.debug("listener gone job={}", jobId, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      listeners.release();
    }
  }

  private void send(JobProgress first, long seen, JobChanges.Watch watch, OutputStream out)
      throws IOException, InterruptedException {
    Optional<JobProgress> now = Optional.of(first);
    Optional<JobProgress> last = Optional.empty();
    long sent = seen;
    int quiet = 0;
    for (int waits = 0; now.isPresent(); waits++) {
      JobProgress progress = now.get();
      if (!now.equals(last)) {
        for (JobTarget target : reader.changes(progress.jobId(), sent, progress.change())) {
          write(out, "event: target\n", target);
        }
        write(out, "id: " + progress.change() + "\nevent: progress\n", progress);
        sent = progress.change();
        quiet = 0;
      } else if (++quiet % QUIET == 0) {
        out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      if (progress.state() != JobState.PENDING) {
        write(out, "event: end\n", new End(progress.state()));
        out.flush();
        return;
      }
      if (!running || waits == LONGEST) {
        return;
      }
      last = now;
      watch.await();
      now = reader.read(progress.jobId());
    }
  }

  private void write(OutputStream out, String head, Object data) throws IOException {
    String event = head + "data: " + json.writeValueAsString(data) + "\n\n";
    out.write(event.getBytes(StandardCharsets.UTF_8));
  }

  /** How it ended. */
  record End(JobState state) {}
}
