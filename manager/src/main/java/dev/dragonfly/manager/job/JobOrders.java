package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Jobs that are asked for, stopped and asked for again, over REST. Preheats and jobs about a task
 * are answered at once and done later; the others are done by the request itself, as existing
 * clients expect.
 */
@RestController
@RequestMapping({"/api/v1/jobs", "/oapi/v1/jobs"})
@Tag(name = "jobs")
final class JobOrders {
  private static final Logger LOG = LoggerFactory.getLogger(JobOrders.class);

  /** Requests that wait for registries and schedulers at once; others are told to come again. */
  private static final int MAX_SLOW = 16;

  private final NewJobs jobs;
  private final JobWorkers workers;
  private final JobViews views;
  private final JobSchedulers choice;
  private final JobRates rates;
  private final JobMeters meters;
  private final Semaphore slow = new Semaphore(MAX_SLOW);

  JobOrders(
      NewJobs jobs,
      JobWorkers workers,
      JobViews views,
      JobSchedulers choice,
      JobRates rates,
      JobMeters meters) {
    this.jobs = jobs;
    this.workers = workers;
    this.views = views;
    this.choice = choice;
    this.rates = rates;
    this.meters = meters;
  }

  @PostMapping
  @Operation(summary = "Ask for one")
  ResponseEntity<Object> create(@RequestBody @Valid JobRequest request) {
    List<SchedulerCluster> clusters = choice.clusters(request.clusterIds());
    if (!request.clusterIds().isEmpty() && !rates.take(clusters, request.clusterIds())) {
      return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
          .header(HttpHeaders.RETRY_AFTER, "1")
          .contentType(MediaType.TEXT_PLAIN)
          .body("rate limit exceeded");
    }
    JobType type =
        JobType.of(request.type() == null ? "" : request.type())
            // The word that existing clients look for.
            .orElseThrow(() -> new DragonflyException(ErrorCode.INVALID_ARGUMENT, "Unknow type"));
    if (!slow.tryAcquire()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "%d jobs are being made; try again".formatted(MAX_SLOW));
    }
    try {
      meters.asked(type);
      return make(type, request);
    } catch (DragonflyException e) {
      return refused(e);
    } catch (DuplicateKeyException e) {
      LOG.debug("job refused", e);
      return message("sync peers job is running");
    } finally {
      slow.release();
    }
  }

  @PostMapping("/{id}/cancel")
  @Operation(
      summary = "Stop one; it ends as FAILURE within seconds. One that has ended stays as it is")
  JobView cancel(@PathVariable @Positive long id) {
    views.find(id);
    workers.cancel(id);
    return views.whole(views.find(id));
  }

  @PostMapping("/{id}/rerun")
  @Operation(summary = "Ask for the same again; secrets, which are forgotten, must be given anew")
  ResponseEntity<Object> rerun(
      @PathVariable @Positive long id, @RequestBody(required = false) @Nullable Again again) {
    JobRow row = views.find(id);
    if (row.state() == JobState.PENDING) {
      throw new DragonflyException(ErrorCode.ALREADY_EXISTS, "job %d has not ended".formatted(id));
    }
    JsonDocument given =
        JsonDocument.written(again == null || again.args() == null ? Map.of() : again.args());
    JsonDocument args = ArgSecrets.complete(ArgSecrets.join(row.args(), given));
    Map<String, JsonNode> members = new HashMap<>();
    args.node().forEachEntry(members::put);
    return create(
        new JobRequest(
            row.type().word(), row.bio(), members, row.userId(), views.clusterIds(id), null));
  }

  private ResponseEntity<Object> make(JobType type, JobRequest request) {
    return switch (type) {
      case PREHEAT -> later(type, () -> jobs.preheat(request));
      case GET_TASK, DELETE_TASK -> later(type, () -> jobs.task(request, type));
      case GC -> ResponseEntity.ok(views.ended(now(type, () -> jobs.gc(request))));
      case SYNC_PEERS -> answer(now(type, () -> jobs.syncPeers(request)), true);
      case GET_IMAGE_DISTRIBUTION ->
          answer(now(type, () -> jobs.imageDistribution(request)), false);
    };
  }

  private ResponseEntity<Object> later(JobType type, LongSupplier maker) {
    long id = maker.getAsLong();
    meters.made(type);
    JobView made = views.made(id);
    workers.wake();
    return ResponseEntity.ok(made);
  }

  private long now(JobType type, LongSupplier maker) {
    long id = maker.getAsLong();
    meters.made(type);
    workers.runHere(id);
    return id;
  }

  private ResponseEntity<Object> answer(long id, boolean justOk) {
    JobRow row = views.find(id);
    JsonDocument result = row.result().orElse(JsonDocument.EMPTY);
    if (row.state() != JobState.SUCCESS) {
      return message(error(row));
    }
    return justOk
        ? ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body("\"OK\"")
        : ResponseEntity.ok(result.node());
  }

  /** Existing clients show the text of a 500, and take a 401 of a registry for one of ours. */
  private static ResponseEntity<Object> refused(DragonflyException e) {
    if (e.code() == ErrorCode.INVALID_ARGUMENT
        || e.code() == ErrorCode.NOT_FOUND
        || e.code() == ErrorCode.INTERNAL) {
      throw e;
    }
    LOG.info("job refused code={} cause={}", e.code(), e.getMessage());
    return message(String.valueOf(e.getMessage()));
  }

  private static String error(JobRow row) {
    JsonNode result = row.result().orElse(JsonDocument.EMPTY).node();
    StringBuilder errors = new StringBuilder(result.path("error").asString(""));
    for (JsonNode state : result.path("job_states")) {
      String error = state.path("error").asString("");
      errors.append(errors.isEmpty() || error.isEmpty() ? "" : "; ").append(error);
    }
    return errors.isEmpty() ? "job %d has not ended".formatted(row.id()) : errors.toString();
  }

  private static ResponseEntity<Object> message(String text) {
    return ResponseEntity.status(HttpStatus.INTERNAL_SERVER_ERROR)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("message", text));
  }

  /** What is to be different the next time. */
  record Again(@Nullable Map<String, JsonNode> args) {
    /** Without arguments, which may be secret. */
    @Override
    public String toString() {
      return "Again[]";
    }
  }
}
