package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.task.TaskSpec;
import java.util.Map;

/**
 * How one caller reaches a source. The URL belongs to the caller as the headers do: its query may
 * hold a signature of his.
 *
 * @param url where the content is
 * @param header request headers
 */
public record SourceAccess(String url, Map<String, String> header) {
  public SourceAccess {
    header = Map.copyOf(header);
  }

  /** The way of the caller who gave this. */
  public static SourceAccess of(TaskSpec spec) {
    return new SourceAccess(spec.url(), spec.requestHeader());
  }

  /** Hides what may be secret. */
  @Override
  public String toString() {
    return "SourceAccess[headers=" + header.keySet() + "]";
  }
}
