package dev.dragonfly.dfdaemon.proxy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which URLs are shared among peers when the proxy is used as a forward proxy.
 *
 * @param regex found anywhere in the URL without its query; RE2 syntax, so that no URL takes long
 * @param useTls read the source by https although the client asks by http
 * @param filteredQueryParams query keys that do not identify content; default: what signs URLs
 */
public record ProxyRule(String regex, boolean useTls, List<String> filteredQueryParams) {

  public ProxyRule(
      @Nullable String regex, boolean useTls, @Nullable List<String> filteredQueryParams) {
    if (regex == null) {
      throw new IllegalArgumentException("a rule needs a regex, for example 'blobs/sha256.*'");
    }
    this.regex = regex;
    this.useTls = useTls;
    this.filteredQueryParams =
        filteredQueryParams == null
            ? DefaultFilteredQueryParams.ALL
            : List.copyOf(filteredQueryParams);
    pattern();
  }

  /** The compiled expression; made anew, so keep it. */
  Pattern pattern() {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "not a regular expression (RE2): '" + regex + "': " + e.getMessage(), e);
    }
  }
}
