package dev.dragonfly.manager.cli;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * Listens to a job until it ends and shows how it goes: one line that changes on a terminal, else
 * one for each outcome. A stream that breaks is taken up again.
 */
final class JobFollower {
  /** The command was right and the job failed. */
  private static final int FAILED = 3;

  private static final int WIDTH = 24;

  /** A manager that lives says something every fifteen seconds. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** A manager ends a stream after an hour, and restarts. */
  private static final int MAX_STREAMS = 100;

  private final Session session;
  private final PrintWriter err;
  private final boolean quiet;
  private final boolean terminal;
  private final long start = SystemTime.INSTANCE.nanos();
  private long seen;

  /**
   * @param quiet shows nothing before the end
   */
  JobFollower(Session session, boolean quiet) {
    this.session = session;
    this.err = session.err();
    this.quiet = quiet || session.isJson();
    this.terminal = Session.isTerminal();
  }

  /** Shows a job until it ends; 0 when it succeeded. */
  int follow(ManagerRest rest, long id) {
    JsonNode job = await(rest, id);
    if (session.isJson()) {
      session.print(job);
    }
    return exit(session, job);
  }

  /** The job when it has ended. */
  JsonNode await(ManagerRest rest, long id) {
    for (int i = 0; i < MAX_STREAMS; i++) {
      if (listen(rest, id)) {
        if (terminal && !quiet) {
          err.println();
        }
        return rest.get("jobs/" + id);
      }
    }
    throw new DragonflyException(
        ErrorCode.DEADLINE_EXCEEDED,
        "job %d has not ended; see how it goes with: dfctl job follow %d".formatted(id, id));
  }

  /** 0 for a job that succeeded; else says why not. */
  static int exit(Session session, JsonNode job) {
    if (job.path("state").asString("").equals("SUCCESS")) {
      return 0;
    }
    session.err().println("dfctl: job " + job.path("id").asLong() + " failed");
    for (JsonNode part : job.path("result").path("job_states")) {
      String error = part.path("error").asString("");
      if (!error.isEmpty()) {
        session.err().println("  " + error);
      }
    }
    return FAILED;
  }

  /** Whether the job has ended; else the stream has. */
  private boolean listen(ManagerRest rest, long id) {
    AtomicLong heard = new AtomicLong(SystemTime.INSTANCE.nanos());
    try (SystemTimers timers = new SystemTimers("dfctl-watch");
        InputStream stream = rest.events("jobs/" + id + "/events", seen);
        BufferedReader events =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      // A read has no bound of its own: of a manager that is gone without a word nothing ever
      // comes.
      timers.every(SILENCE.dividedBy(4), () -> closeIfSilent(stream, heard.get()));
      String event = "";
      String line = events.readLine();
      while (line != null) {
        heard.set(SystemTime.INSTANCE.nanos());
        if (line.startsWith("event: ")) {
          event = line.substring("event: ".length());
        } else if (line.startsWith("data: ")) {
          JsonNode data = ManagerRest.JSON.readTree(line.substring("data: ".length()));
          if (event.equals("end")) {
            return true;
          }
          show(event, data);
        }
        line = events.readLine();
      }
      return false;
    } catch (IOException | UncheckedIOException e) {
      err.println("dfctl: the stream of events broke (" + e.getMessage() + "); asking again");
      return false;
    }
  }

  private static void closeIfSilent(InputStream stream, long heardNanos) {
    if (SystemTime.INSTANCE.nanos() - heardNanos > SILENCE.toNanos()) {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void show(String event, JsonNode data) {
    switch (event) {
      case "target" -> outcome(data);
      case "progress" -> {
        seen = data.path("change").asLong();
        progress(data);
      }
      default -> {
        // A newer manager says more.
      }
    }
  }

  private void outcome(JsonNode target) {
    String state = target.path("state").asString("");
    boolean failed = state.equals("FAILURE");
    if (quiet || !failed && (terminal || !state.equals("SUCCESS"))) {
      return;
    }
    err.printf(
        Locale.ROOT,
        "%s%s %s on %s%s%n",
        terminal ? "\r\u001b[K" : "",
        failed ? "FAILED" : "done  ",
        target.path("url").asString(""),
        target.path("hostname").asString(""),
        failed
            ? ": " + target.path("failure").asString("")
            : " (" + DataSize.rounded(target.path("content_length").asLong()) + ")");
  }

  private void progress(JsonNode sums) {
    long targets = sums.path("targets").asLong();
    if (quiet || !terminal || targets == 0) {
      return;
    }
    long ended = sums.path("succeeded").asLong() + sums.path("failed").asLong();
    long bytes = sums.path("finished_bytes").asLong();
    long all = sums.path("content_bytes").asLong();
    int filled = (int) (all == 0 ? WIDTH * ended / targets : WIDTH * Math.min(bytes, all) / all);
    err.printf(
        Locale.ROOT,
        "\r[%s%s] %d of %d, %s of %s, %s from the origin, %.0f s\u001b[K",
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        ended,
        targets,
        DataSize.rounded(bytes),
        DataSize.rounded(all),
        DataSize.rounded(sums.path("origin_bytes").asLong()),
        (SystemTime.INSTANCE.nanos() - start) / 1e9);
    err.flush();
  }
}
