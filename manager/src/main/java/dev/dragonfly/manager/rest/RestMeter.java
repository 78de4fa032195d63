package dev.dragonfly.manager.rest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.AccessLog;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Counts requests under the names that dashboards and alerts of existing installations ask for. The
 * container calls it as it calls an access log: once at the end of each request, also of one that
 * no filter saw or that went on asynchronously. Labels are bounded: paths are those of the routes,
 * and what a caller makes up counts as {@link #OTHER}. On threads of requests.
 */
final class RestMeter extends ValveBase implements AccessLog {
  private static final String OTHER = "other";

  /** Names that this manager is called by; further ones are more likely made up than real. */
  private static final int MAX_HOSTS = 16;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final MeterRegistry registry;
  private final Timer durations;
  private final DistributionSummary requestSizes;
  private final DistributionSummary responseSizes;

  /** To look one up in the registry costs more than all else here; as bounded as the labels. */
  private final Map<Tags, List<Counter>> counters = new ConcurrentHashMap<>();

  private final Map<String, String> hosts = new ConcurrentHashMap<>();

  RestMeter(MeterRegistry registry) {
    super(true);
    this.registry = registry;
    durations = registry.timer("manager_request_duration");
    requestSizes =
        DistributionSummary.builder("manager_request_size").baseUnit("bytes").register(registry);
    responseSizes =
        DistributionSummary.builder("manager_response_size").baseUnit("bytes").register(registry);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
  }

  @Override
  public void log(Request request, Response response, long nanos) {
    Tags tags =
        Tags.of(
            "code",
            Integer.toString(response.getStatus()),
            "method",
            METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER,
            "handler",
            handler(request),
            "host",
            host(request.getHeader("Host")),
            "url",
            request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE)
                    instanceof String route
                ? route
                : OTHER);
    counters.computeIfAbsent(tags, this::counters).forEach(Counter::increment);
    durations.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    requestSizes.record((double) Math.max(0, request.getContentLengthLong()));
    responseSizes.record((double) Math.max(0, response.getBytesWritten(false)));
  }

  /** The code of upstream writes one name, its published dashboards ask for the other. */
  private List<Counter> counters(Tags tags) {
    return List.of(
        registry.counter("manager_requests", tags),
        registry.counter("dragonfly_manager_requests", tags));
  }

  private static String handler(Request request) {
    return request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE)
            instanceof HandlerMethod method
        ? method.getBeanType().getSimpleName() + "." + method.getMethod().getName()
        : OTHER;
  }

  private String host(@Nullable String header) {
    if (header == null) {
      return OTHER;
    }
    String known = hosts.get(header);
    if (known != null) {
      return known;
    }
    // Two threads may add one name more than there is room for, which does no harm.
    if (hosts.size() >= MAX_HOSTS) {
      return OTHER;
    }
    hosts.put(header, header);
    return header;
  }

  @Override
  public void setRequestAttributesEnabled(boolean enabled) {}

  @Override
  public boolean getRequestAttributesEnabled() {
    return false;
  }
}
