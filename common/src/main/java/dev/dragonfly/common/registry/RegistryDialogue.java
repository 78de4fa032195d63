package dev.dragonfly.common.registry;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.oci.Challenge;
import dev.dragonfly.common.oci.DistributionPath;
import dev.dragonfly.common.oci.Manifest;
import dev.dragonfly.common.registry.RegistryTransport.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The questions about one image, to one registry. A given Authorization is used as it is; else a
 * challenge is answered once, and its proof goes along from then on. Blocks; owned by the thread
 * that asks.
 */
final class RegistryDialogue {
  private static final String AUTHORIZATION = "Authorization";
  private static final String ACCEPTED =
      "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.list.v2+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";
  private static final int MAX_TOKEN = 64 << 10;

  /** What belongs to the connection, or is said by this class. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "accept",
          "accept-encoding",
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-authorization",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final RegistryTransport transport;
  private final ImageRequest request;
  private final URI registry;
  private final String repository;
  private final SortedMap<String, String> headers;

  /**
   * @param registry scheme and host, with an empty path
   * @param headers of the request, by names in any case
   */
  RegistryDialogue(
      RegistryTransport transport,
      ImageRequest request,
      URI registry,
      String repository,
      SortedMap<String, String> headers) {
    this.transport = transport;
    this.request = request;
    this.registry = registry;
    this.repository = repository;
    this.headers = headers;
  }

  /** Those of the request, with the Authorization that opened the registry. */
  SortedMap<String, String> headers() {
    return headers;
  }

  /**
   * A manifest, verified where it is named by its digest.
   *
   * @throws DragonflyException as {@link ImageResolver#resolve}
   */
  ImageDocument manifest(DistributionPath.Manifest path) {
    URI url = registry.resolve(path.path());
    Answer answer = ask(url);
    if (answer.status() == 401 && !headers.containsKey(AUTHORIZATION)) {
      headers.put(AUTHORIZATION, proof(answer));
      answer = ask(url);
    }
    if (answer.status() != 200) {
      throw refused(answer);
    }
    byte[] json = answer.body();
    path.digest().ifPresent(digest -> verify(digest, json));
    try {
      return ImageDocument.read(json);
    } catch (IllegalArgumentException e) {
      throw broken(RegistryWords.printable(String.valueOf(e.getMessage())));
    }
  }

  private Answer ask(URI url) {
    SortedMap<String, String> sent = new TreeMap<>(headers);
    sent.keySet().removeIf(name -> NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT)));
    sent.put("Accept", ACCEPTED);
    return transport.get(url, sent, Manifest.MAX_LENGTH, false);
  }

  /** The Authorization that answers the challenge. */
  private String proof(Answer answer) {
    // Whoever a registry redirects to is somebody else; he gets no credentials.
    if (RegistryTransport.sameOrigin(answer.url(), registry)) {
      for (String header : answer.challenges()) {
        Optional<Challenge> challenge = Challenge.parse(header);
        if (challenge.isPresent() && challenge.get().basic() && basic().isPresent()) {
          return basic().get();
        }
        if (challenge.isPresent() && !challenge.get().basic()) {
          return "Bearer " + token(challenge.get(), answer.fromPublic());
        }
      }
    }
    throw refused(answer);
  }

  private Optional<String> basic() {
    if (request.username().isEmpty()) {
      return Optional.empty();
    }
    String pair = request.username() + ":" + request.password().map(Secret::reveal).orElse("");
    return Optional.of(
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The registry named the token service: it leads nowhere where the registry could not redirect
   * to. Over a plain connection a token is asked for only where the registry itself is asked like
   * that, and then with credentials only at its own address.
   */
  private String token(Challenge challenge, boolean fromPublic) {
    URI service = service(challenge.tokenUrl(repository));
    boolean secret = service.getScheme().equals("https");
    boolean same = RegistryTransport.sameOrigin(service, registry);
    if (!secret && (registry.getScheme().equals("https") || (basic().isPresent() && !same))) {
      throw unauthenticated(service, "a token service without TLS (expected https)");
    }
    SortedMap<String, String> sent = new TreeMap<>();
    sent.put("Accept", "application/json");
    basic().ifPresent(proof -> sent.put(AUTHORIZATION, proof));
    Answer answer = transport.get(service, sent, MAX_TOKEN, fromPublic);
    if (answer.status() >= 500 || answer.status() == 429) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, said(service, answer));
    }
    if (answer.status() != 200) {
      throw new DragonflyException(ErrorCode.UNAUTHENTICATED, said(service, answer));
    }
    try {
      JsonNode json = JsonMapper.shared().readTree(answer.body());
      String token = json.path("token").asString(json.path("access_token").asString(""));
      // It becomes a header: it must not break the line.
      if (!token.isEmpty() && token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
        return token;
      }
    } catch (JacksonException e) {
      // Said below.
    }
    throw unauthenticated(service, "no token");
  }

  private URI service(String url) {
    try {
      URI service = URI.create(url);
      if (RegistryTransport.isServer(service)) {
        return service;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw unauthenticated(
        registry, "a challenge that names '" + RegistryWords.printable(url) + "'");
  }

  private static String said(URI service, Answer answer) {
    return "failed to authenticate with registry: %s://%s%s answered %d%s"
        .formatted(
            service.getScheme(),
            service.getRawAuthority(),
            service.getRawPath(),
            answer.status(),
            RegistryWords.of(answer.body()));
  }

  private static DragonflyException unauthenticated(URI url, String got) {
    return new DragonflyException(
        ErrorCode.UNAUTHENTICATED,
        "failed to authenticate with registry: tried %s://%s, got %s"
            .formatted(url.getScheme(), url.getRawAuthority(), got));
  }

  private DragonflyException refused(Answer answer) {
    String words = RegistryWords.of(answer.body());
    return switch (answer.status()) {
      case 400 -> failed(ErrorCode.INVALID_ARGUMENT, "bad request" + words);
      case 401 -> failed(ErrorCode.UNAUTHENTICATED, "unauthorized" + words);
      case 403 -> failed(ErrorCode.PERMISSION_DENIED, "denied" + words);
      case 404 -> failed(ErrorCode.NOT_FOUND, "manifest unknown" + words);
      case 429 -> failed(ErrorCode.UNAVAILABLE, "too many requests" + words);
      default -> failed(ErrorCode.UNAVAILABLE, "status " + answer.status() + words);
    };
  }

  private static void verify(Digest expected, byte[] json) {
    byte[] hash = expected.algorithm().hasher().digest(json);
    if (!HexFormat.of().formatHex(hash).equals(expected.encoded())) {
      throw broken("other bytes than " + expected + " names");
    }
  }

  private static DragonflyException broken(String got) {
    return failed(ErrorCode.UNAVAILABLE, "the registry gave " + got);
  }

  private static DragonflyException failed(ErrorCode code, String why) {
    return new DragonflyException(code, "failed to pull image manifest: " + why);
  }
}
