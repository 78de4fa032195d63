package dev.dragonfly.dfdaemon.proxy;

import com.google.re2j.Pattern;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.oci.DistributionPath;
import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.common.oci.RegistryChoice;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.proxy.registry.KnownRegistries;
import dev.dragonfly.dfdaemon.proxy.registry.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what becomes of a request; pure. Blobs and manifests by digest are shared, whatever their
 * size; tags and everything else that can change is asked of the registry.
 */
final class ProxyRouter {
  static final String REGISTRY = "X-Dragonfly-Registry";
  private static final String HEALTHY = "/healthy";

  private final KnownRegistries registries;
  private final RegistryChoice choice;
  private final List<Compiled> rules;

  private record Compiled(ProxyRule rule, Pattern pattern) {}

  /** A request line taken apart. */
  private record Target(String base, String path, String query) {
    String url() {
      return base + path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  ProxyRouter(ProxyConfig config, KnownRegistries registries) {
    this.registries = registries;
    this.choice = new RegistryChoice(registries.byDefault());
    this.rules = config.rules().stream().map(rule -> new Compiled(rule, rule.pattern())).toList();
  }

  Route route(ProxyRequest request) {
    if (!request.method().equals("GET") && !request.isHead()) {
      return refusedMethod(request.method());
    }
    if (!isPrintable(request.target())) {
      return refuse(400, "NAME_INVALID", "the request target holds characters that no URL has");
    }
    try {
      return request.target().startsWith("/") ? mirror(request) : forward(request);
    } catch (IllegalArgumentException e) {
      return refuse(400, "NAME_INVALID", String.valueOf(e.getMessage()));
    }
  }

  private static Route refusedMethod(String method) {
    return method.equals("CONNECT")
        ? refuse(
            501,
            "UNSUPPORTED",
            "this proxy opens no tunnels: use it as a registry mirror, or ask for http:// URLs with a rule that says useTls")
        : refuse(
            405, "UNSUPPORTED", "this proxy reads only (GET, HEAD): push to the registry itself");
  }

  private static Route.Refuse refuse(int status, String code, String message) {
    return new Route.Refuse(status, code, message);
  }

  private static boolean isPrintable(String target) {
    return !target.isEmpty() && target.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '#');
  }

  private Route mirror(ProxyRequest request) {
    Target target = split("", request.target());
    if (target.path().equals(HEALTHY)) {
      return new Route.Greet();
    }
    Optional<DistributionPath> parsed = DistributionPath.parse(target.path());
    if (parsed.isPresent()) {
      RegistryChoice.Chosen chosen =
          choice.choose(request.first(REGISTRY), parameter(target.query(), "ns"), parsed.get());
      return inRegistry(chosen, target.query());
    }
    if (target.path().startsWith("/v2/") || named(request).isEmpty()) {
      return refuse(404, "UNSUPPORTED", "there is nothing of this name in a registry mirror");
    }
    return file(request, split(named(request).get().url(""), request.target()));
  }

  /** The origin of a mirrored URL that is none of a registry. */
  private Optional<Registry> named(ProxyRequest request) {
    return request
        .first(REGISTRY)
        .map(Registry::parse)
        .map(registries::real)
        .or(registries::configuredDefault);
  }

  private Route inRegistry(RegistryChoice.Chosen chosen, String query) {
    Registry registry = registries.real(chosen.registry());
    boolean unnamed =
        chosen.by() == RegistryChoice.By.DEFAULT && registries.configuredDefault().isEmpty();
    boolean loginHere = unnamed || chosen.by() == RegistryChoice.By.PATH;
    String kept = without(query, "ns");
    String url = registry.url(chosen.path().path() + (kept.isEmpty() ? "" : "?" + kept));
    return switch (chosen.path()) {
      case DistributionPath.Ping ping ->
          unnamed
              ? new Route.Greet()
              : new Route.PassThrough(origin(url, registry, "", false), true, false);
      case DistributionPath.Blob blob ->
          shared(
              origin(registry.url(blob.path()), registry, blob.repository(), loginHere),
              blob.digest(),
              Route.Content.BLOB);
      case DistributionPath.Manifest manifest -> {
        Origin origin = origin(url, registry, manifest.repository(), loginHere);
        yield manifest.digest().isPresent()
            ? shared(origin, manifest.digest().get(), Route.Content.MANIFEST)
            : new Route.PassThrough(origin, true, true);
      }
      case DistributionPath.InRepository other ->
          new Route.PassThrough(origin(url, registry, other.repository(), loginHere), true, false);
    };
  }

  private static Origin origin(
      String url, Registry registry, String repository, boolean loginHere) {
    return new Origin(url, Optional.of(registry), repository, loginHere);
  }

  /** Blobs have the identity that other daemons give them; manifests are shared by their digest. */
  private static Route.ViaTask shared(Origin origin, Digest digest, Route.Content what) {
    TaskSpec spec =
        what == Route.Content.BLOB
            ? TaskSpec.ofBlob(origin.url(), digest)
            : TaskSpec.ofManifest(origin.url(), digest);
    return new Route.ViaTask(origin, spec, what);
  }

  private Route forward(ProxyRequest request) {
    int scheme = request.target().indexOf("://");
    String name = scheme < 0 ? "" : request.target().substring(0, scheme).toLowerCase(Locale.ROOT);
    if (!name.equals("http") && !name.equals("https")) {
      return refuse(400, "NAME_INVALID", "expected a path or an absolute http or https URL");
    }
    String rest = request.target().substring(scheme + 3);
    int end = rest.length();
    for (char mark : new char[] {'/', '?'}) {
      int at = rest.indexOf(mark);
      end = at >= 0 && at < end ? at : end;
    }
    String host = Registry.parse(name + "://" + rest.substring(0, end)).url("");
    String path = rest.substring(end);
    return file(request, split(host, path.startsWith("/") ? path : "/" + path));
  }

  private Route file(ProxyRequest request, Target target) {
    Optional<ProxyRule> rule = rule(target.base() + target.path());
    boolean asked =
        request.first("X-Dragonfly-Use-P2P").filter("true"::equalsIgnoreCase).isPresent();
    if (rule.isEmpty() && !asked) {
      return new Route.PassThrough(plain(target.url()), false, false);
    }
    boolean tls = rule.isPresent() && rule.get().useTls() && target.base().startsWith("http://");
    Target real = tls ? tls(target) : target;
    Optional<DistributionPath> parsed = DistributionPath.parse(real.path());
    if (parsed.isPresent() && parsed.get() instanceof DistributionPath.Blob blob) {
      Registry registry = Registry.parse(real.base());
      return shared(
          origin(real.url(), registry, blob.repository(), false),
          blob.digest(),
          Route.Content.BLOB);
    }
    TaskSpec spec =
        new TaskSpec(
            TaskKind.STANDARD,
            real.url(),
            Optional.empty(),
            label(request, "X-Dragonfly-Tag"),
            label(request, "X-Dragonfly-Application"),
            filtered(request, rule),
            Map.of(),
            OptionalLong.empty(),
            Optional.empty(),
            false);
    return new Route.ViaTask(plain(real.url()), spec, Route.Content.FILE);
  }

  /** A part of the identity that cannot be read as a part of a URL: identities are put together. */
  private static Optional<String> label(ProxyRequest request, String name) {
    Optional<String> label = request.first(name);
    if (label.isPresent() && !label.get().chars().allMatch(ProxyRouter::isOfALabel)) {
      throw new IllegalArgumentException(
          name + " must not hold any of /?#:&= or control characters");
    }
    return label;
  }

  private static boolean isOfALabel(int c) {
    return c >= 0x20 && c != 0x7f && "/?#:&=".indexOf(c) < 0;
  }

  private static Target tls(Target target) {
    String host = target.base().substring("http://".length());
    return new Target("https://" + host.replaceFirst(":80$", ""), target.path(), target.query());
  }

  private static Origin plain(String url) {
    return new Origin(url, Optional.empty(), "", false);
  }

  private Optional<ProxyRule> rule(String url) {
    for (Compiled compiled : rules) {
      if (compiled.pattern().matcher(url).find()) {
        return Optional.of(compiled.rule());
      }
    }
    return Optional.empty();
  }

  private static List<String> filtered(ProxyRequest request, Optional<ProxyRule> rule) {
    Optional<String> header = request.first("X-Dragonfly-Filtered-Query-Params");
    if (header.isPresent()) {
      return Arrays.stream(header.get().split(",")).map(String::strip).toList();
    }
    return rule.map(ProxyRule::filteredQueryParams).orElse(DefaultFilteredQueryParams.ALL);
  }

  private static Target split(String base, String target) {
    int query = target.indexOf('?');
    return query < 0
        ? new Target(base, target, "")
        : new Target(base, target.substring(0, query), target.substring(query + 1));
  }

  private static Optional<String> parameter(String query, String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=") && pair.length() > name.length() + 1) {
        String value = pair.substring(name.length() + 1);
        return Optional.of(value.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/"));
      }
    }
    return Optional.empty();
  }

  private static String without(String query, String name) {
    return String.join(
        "&",
        Arrays.stream(query.split("&", -1))
            .filter(pair -> !pair.equals(name) && !pair.startsWith(name + "="))
            .toList());
  }
}
