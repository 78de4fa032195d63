package dev.dragonfly.common.registry;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.protocol.BasicHttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * HTTP for the questions about one image: GET within a time for all of them, to addresses that are
 * allowed, along a bounded number of redirects. Blocks; owned by the thread that asks.
 */
final class RegistryTransport implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_LINE = 16 << 10;
  private static final Timeout PAUSE = Timeout.ofSeconds(10);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** What goes along to another origin; nobody knows all headers that are credentials. */
  private static final Set<String> HARMLESS = Set.of("accept", "user-agent");

  private final PinnedNames names;
  private final Time time;
  private final Timers timers;
  private final Duration whole;
  private final long end;
  private final CloseableHttpClient client;

  /**
   * What came.
   *
   * @param url that answered, after redirects
   * @param challenges values of WWW-Authenticate
   * @param fromPublic whether one of the servers on the way is on the Internet
   */
  @SuppressWarnings("ArrayRecordComponent") // read once; compared nowhere
  record Answer(URI url, int status, List<String> challenges, byte[] body, boolean fromPublic) {}

  RegistryTransport(PinnedNames names, SSLContext tls, Duration whole, Time time, Timers timers) {
    this.names = names;
    this.time = time;
    this.timers = timers;
    this.whole = whole;
    this.end = time.nanos() + whole.toNanos();
    this.client = client(names, tls);
  }

  /**
   * Asks. A private address is refused where a public one sent us: whoever it is on the Internet,
   * he does not send us into our own network.
   *
   * @param limit bytes of the answer
   * @param fromPublic whether a public address named the URL
   * @throws DragonflyException UNAVAILABLE or PERMISSION_DENIED when there is no answer
   */
  Answer get(URI url, Map<String, String> header, int limit, boolean fromPublic) {
    URI at = url;
    boolean reachedPublic = fromPublic;
    Map<String, String> sent = header;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      reachedPublic |= names.admit(hostname(at), reachedPublic, left(at));
      Hop hop = exchange(at, sent, limit, reachedPublic);
      if (hop.answer().isPresent()) {
        return hop.answer().get();
      }
      URI next = hop.next().orElseThrow();
      if (at.getScheme().equals("https") && !next.getScheme().equals("https")) {
        throw unavailable(at, "a redirect out of TLS");
      }
      sent = sameOrigin(at, next) ? sent : harmless(sent);
      at = next;
    }
    throw unavailable(url, "more than %d redirects".formatted(MAX_REDIRECTS));
  }

  /** Whether a server can be asked there; credentials in a URL are nobody's idea of a login. */
  static boolean isServer(URI url) {
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    return web
        && url.getHost() != null
        && url.getRawUserInfo() == null
        && url.getPort() != 0
        && url.getPort() <= MAX_PORT;
  }

  /** Whether both are the same server, to which the same secrets may go. */
  static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && hostname(one).equals(hostname(other))
        && port(one) == port(other);
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  /** One of the two. */
  private record Hop(Optional<Answer> answer, Optional<URI> next) {}

  private Hop exchange(URI url, Map<String, String> header, int limit, boolean fromPublic) {
    HttpGet request = new HttpGet(url);
    header.forEach(request::setHeader);
    // Timeouts of sockets are for each read; a server that trickles is ended by this.
    Timers.Timer timer = timers.after(left(url), request::cancel);
    try (ClassicHttpResponse response = client.executeOpen(null, request, new BasicHttpContext())) {
      try {
        return hop(url, response, limit, fromPublic);
      } finally {
        // Closing alone would read an answer to its end, and it may have none. Does nothing when
        // all was read.
        request.cancel();
      }
    } catch (IOException e) {
      throw failed(url, e);
    } finally {
      timer.cancel();
    }
  }

  private Hop hop(URI url, ClassicHttpResponse response, int limit, boolean fromPublic)
      throws IOException {
    Header location = response.getFirstHeader("Location");
    if (REDIRECTS.contains(response.getCode()) && location != null) {
      return new Hop(Optional.empty(), Optional.of(target(url, location.getValue())));
    }
    List<String> challenges =
        Arrays.stream(response.getHeaders("WWW-Authenticate")).map(Header::getValue).toList();
    byte[] body = body(url, response.getEntity(), limit);
    Answer answer = new Answer(url, response.getCode(), challenges, body, fromPublic);
    return new Hop(Optional.of(answer), Optional.empty());
  }

  private DragonflyException failed(URI url, IOException e) {
    if (Thread.currentThread().isInterrupted()) {
      return new DragonflyException(
          ErrorCode.CANCELLED, "interrupted while asking " + url.getRawAuthority(), e);
    }
    if (end - time.nanos() <= 0) {
      return unavailable(url, "no answer within " + whole.toMillis() + " ms");
    }
    String kind = e instanceof SSLException ? "no trusted connection: " : "";
    return unavailable(url, kind + RegistryWords.printable(String.valueOf(e.getMessage())));
  }

  private static byte[] body(URI url, HttpEntity entity, int limit) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    InputStream content = entity.getContent();
    byte[] body = content.readNBytes(limit + 1);
    if (body.length > limit) {
      throw unavailable(url, "more than %d bytes".formatted(limit));
    }
    return body;
  }

  private static URI target(URI from, String location) {
    try {
      URI next = from.resolve(location);
      if (isServer(next)) {
        return next;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw unavailable(from, "a redirect to '" + RegistryWords.printable(location) + "'");
  }

  private static Map<String, String> harmless(Map<String, String> header) {
    Map<String, String> kept = new TreeMap<>(header);
    kept.keySet().removeIf(name -> !HARMLESS.contains(name.toLowerCase(Locale.ROOT)));
    return kept;
  }

  private Duration left(URI url) {
    long nanos = end - time.nanos();
    if (nanos <= 0) {
      throw unavailable(url, "no answer within " + whole.toMillis() + " ms");
    }
    return Duration.ofNanos(nanos);
  }

  /** As the client names it towards the names: lower case, no brackets. */
  private static String hostname(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return url.getScheme().equals("https") ? 443 : 80;
  }

  /** Queries stay out: they may hold what lets others in. */
  private static DragonflyException unavailable(URI url, String got) {
    return new DragonflyException(
        ErrorCode.UNAVAILABLE,
        "tried %s://%s%s, got %s"
            .formatted(url.getScheme(), url.getRawAuthority(), url.getRawPath(), got));
  }

  private static CloseableHttpClient client(PinnedNames names, SSLContext tls) {
    Http1Config limits =
        Http1Config.custom().setMaxHeaderCount(MAX_HEADERS).setMaxLineLength(MAX_LINE).build();
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setConnectionFactory(
                    ManagedHttpClientConnectionFactory.builder().http1Config(limits).build())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(PAUSE)
                        .setSocketTimeout(PAUSE)
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom().setResponseTimeout(PAUSE).setRedirectsEnabled(false).build())
        .setUserAgent("dragonfly")
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }
}
