package dev.dragonfly.common.task;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings a URL into the one form that all peers hash: parsed as the WHATWG URL standard says, its
 * query decoded, filtered and written again as application/x-www-form-urlencoded. Every peer, also
 * an upstream one, must come to the same text (docs/compatibility.md).
 */
public final class UrlNormalizer {
  private static final Map<String, Integer> SPECIAL =
      Map.of("http", 80, "https", 443, "ws", 80, "wss", 443, "ftp", 21);
  private static final String PATH_ESCAPED = " \"#<>?`{}";
  private static final String FRAGMENT_ESCAPED = " \"<>`";
  private static final String FORM_UNESCAPED = "*-._";

  /** Spaces and controls around the URL, line breaks and tabs within. */
  private static final Pattern EDGES =
      Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$|[\\t\\r\\n]");

  private static final int MAX_PORT = 65535;

  private UrlNormalizer() {}

  /**
   * The normal form.
   *
   * @throws IllegalArgumentException when it is not an absolute URL
   */
  public static String normalize(String url, List<String> filteredQueryParams) {
    String text = EDGES.matcher(url).replaceAll("");
    int colon = text.indexOf(':');
    if (colon <= 0 || !text.substring(0, colon).matches("[a-zA-Z][a-zA-Z0-9+.-]*")) {
      throw new IllegalArgumentException(
          "not an absolute URL: '" + shown(url) + "' (expected scheme://host/path)");
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = text.substring(colon + 1);
    String fragment = after(rest, '#');
    rest = before(rest, '#');
    String query = after(rest, '?');
    rest = before(rest, '?');
    boolean special = SPECIAL.containsKey(scheme);
    if (special) {
      rest = rest.replace('\\', '/');
    }
    if (!rest.startsWith("//")) {
      throw new IllegalArgumentException("URL without a host: '" + shown(url) + "'");
    }
    String afterSlashes = special ? rest.replaceFirst("^/+", "") : rest.substring(2);
    int slash = afterSlashes.indexOf('/');
    String authority = slash < 0 ? afterSlashes : afterSlashes.substring(0, slash);
    String rawPath = slash < 0 ? "" : afterSlashes.substring(slash);
    if (authority.isEmpty() && special) {
      throw new IllegalArgumentException("URL without a host: '" + shown(url) + "'");
    }
    String path = path(rawPath, special);
    String result = scheme + "://" + authority(authority, scheme, special) + path;
    String newQuery = query == null ? "" : filteredQuery(query, filteredQueryParams);
    result += newQuery.isEmpty() ? "" : "?" + newQuery;
    result += fragment == null ? "" : "#" + escape(fragment, FRAGMENT_ESCAPED);
    return path.equals("/") ? trimSlashes(result) : result;
  }

  /** For messages: user, password and query may be secrets. */
  public static String shown(String url) {
    return url.replaceFirst("(?s)[?#].*", "").replaceFirst("^([^/]*//)[^/]*@", "$1");
  }

  private static String trimSlashes(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '/') {
      end--;
    }
    return text.substring(0, end);
  }

  private static @Nullable String after(String text, char mark) {
    int at = text.indexOf(mark);
    return at < 0 ? null : text.substring(at + 1);
  }

  private static String before(String text, char mark) {
    int at = text.indexOf(mark);
    return at < 0 ? text : text.substring(0, at);
  }

  private static String authority(String authority, String scheme, boolean special) {
    int at = authority.lastIndexOf('@');
    String user = at < 0 ? "" : authority.substring(0, at + 1);
    String hostPort = authority.substring(at + 1);
    int colon = hostPort.lastIndexOf(':');
    boolean hasPort = colon > hostPort.lastIndexOf(']');
    String host = hasPort ? hostPort.substring(0, colon) : hostPort;
    String port = hasPort ? hostPort.substring(colon + 1) : "";
    String name = special ? ascii(host).toLowerCase(Locale.ROOT) : host;
    if (port.isEmpty()) {
      return user + name;
    }
    if (!port.matches("0*\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
      throw new IllegalArgumentException("not a port in the URL: '" + port + "'");
    }
    int number = Integer.parseInt(port);
    boolean implied = special && number == SPECIAL.getOrDefault(scheme, -1);
    return user + name + (implied ? "" : ":" + number);
  }

  private static String ascii(String host) {
    boolean plain = host.chars().allMatch(c -> c < 0x80);
    return plain ? host : IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
  }

  private static String path(String raw, boolean special) {
    if (raw.isEmpty()) {
      return special ? "/" : "";
    }
    Deque<String> segments = new ArrayDeque<>();
    String[] parts = raw.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      String plain = parts[i].replace("%2e", ".").replace("%2E", ".");
      if (plain.equals("..")) {
        segments.pollLast();
        if (last) {
          segments.addLast("");
        }
      } else if (!plain.equals(".")) {
        segments.addLast(escape(parts[i], PATH_ESCAPED));
      } else if (last) {
        segments.addLast("");
      }
    }
    return "/" + String.join("/", segments);
  }

  private static String escape(String text, String escaped) {
    StringBuilder result = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if (c <= 0x1F || c >= 0x7F || escaped.indexOf(c) >= 0) {
        percent(result, b);
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  private static void percent(StringBuilder target, byte b) {
    target.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xFF));
  }

  private static String filteredQuery(String query, List<String> filtered) {
    Set<String> dropped = new HashSet<>(filtered);
    List<String> kept = new ArrayList<>();
    for (String pair : query.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!dropped.contains(key)) {
        kept.add(encode(key) + "=" + encode(value));
      }
    }
    return String.join("&", kept);
  }

  private static String decode(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = in[i] == '%' && i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(in[i + 2], 16) : -1;
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i] == '+' ? ' ' : in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    StringBuilder result = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (plain || FORM_UNESCAPED.indexOf(c) >= 0) {
        result.append(c);
      } else if (c == ' ') {
        result.append('+');
      } else {
        percent(result, b);
      }
    }
    return result.toString();
  }
}
