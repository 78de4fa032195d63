package dev.dragonfly.common.registry;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.AddressPolicy;
import dev.dragonfly.common.net.Authorities;
import dev.dragonfly.common.oci.DistributionPath;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;

/**
 * Asks registries over HTTP. Whoever may make a job names the registry, so nothing it says is
 * believed without a look: addresses are checked, answers are bounded, digests are compared. Blocks
 * for at most the timeout of its configuration: call from a virtual thread. Safe for any thread.
 */
public final class HttpImageResolver implements ImageResolver {
  private static final String ALL = "all";

  /** Images of one list that are read for the platform {@code all}. */
  private static final int MOST_IMAGES = 64;

  /** Questions at once; more wait for nothing. */
  private static final int MOST_AT_ONCE = 32;

  private final ResolverConfig config;
  private final AddressPolicy policy;
  private final Optional<SSLContext> authorities;
  private final PinnedNames.Lookup lookup;
  private final Time time;
  private final Timers timers;
  private final Semaphore turns = new Semaphore(MOST_AT_ONCE);

  /**
   * @param keys the part of the configuration that config is, named in refusals
   * @throws DragonflyException CONFIG when the file with authorities cannot be used
   */
  public HttpImageResolver(String keys, ResolverConfig config, Time time, Timers timers) {
    this(keys, config, InetAddress::getAllByName, time, timers);
  }

  HttpImageResolver(
      String keys, ResolverConfig config, PinnedNames.Lookup lookup, Time time, Timers timers) {
    this.config = config;
    this.policy = new AddressPolicy(keys, config.allow(), config.deny());
    this.authorities = config.caFile().map(file -> authorities(keys, file));
    this.lookup = lookup;
    this.time = time;
    this.timers = timers;
  }

  @Override
  public ResolvedImage resolve(ImageRequest request) {
    URI url = url(request.url());
    DistributionPath.Manifest path = path(url);
    boolean all = request.platform().equals(ALL);
    Platform platform =
        all || request.platform().isEmpty() ? Platform.own() : Platform.parse(request.platform());
    SortedMap<String, String> headers = checked(request.headers());
    if (!turns.tryAcquire()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "tried to resolve an image while %d are being resolved; try again"
              .formatted(MOST_AT_ONCE));
    }
    try (RegistryTransport transport =
        new RegistryTransport(
            new PinnedNames(policy, lookup), tls(), config.timeout(), time, timers)) {
      URI registry = URI.create(url.getScheme() + "://" + url.getRawAuthority());
      RegistryDialogue dialogue =
          new RegistryDialogue(transport, request, registry, path.repository(), headers);
      Set<Digest> blobs = blobs(dialogue, path, platform, all);
      return new ResolvedImage(
          blobs.stream()
              .map(digest -> registry + new DistributionPath.Blob(path.repository(), digest).path())
              .toList(),
          dialogue.headers());
    } finally {
      turns.release();
    }
  }

  private static Set<Digest> blobs(
      RegistryDialogue dialogue, DistributionPath.Manifest path, Platform platform, boolean all) {
    Set<Digest> blobs = new LinkedHashSet<>();
    switch (dialogue.manifest(path)) {
      case ImageDocument.Image image -> blobs.addAll(image.blobs());
      case ImageDocument.Index index -> {
        for (Digest digest : chosen(index, platform, all)) {
          DistributionPath.Manifest one =
              new DistributionPath.Manifest(path.repository(), digest.toString());
          if (dialogue.manifest(one) instanceof ImageDocument.Image image) {
            blobs.addAll(image.blobs());
          }
        }
      }
    }
    if (blobs.isEmpty()) {
      throw new DragonflyException(ErrorCode.NOT_FOUND, "no valid image layers found");
    }
    return blobs;
  }

  /** The first image for the platform, or all. */
  private static List<Digest> chosen(ImageDocument.Index index, Platform platform, boolean all) {
    Set<Digest> chosen = new LinkedHashSet<>();
    Set<String> there = new TreeSet<>();
    for (ImageDocument.Entry entry : index.entries()) {
      if (all ? entry.platform().exists() : entry.platform().equals(platform)) {
        chosen.add(entry.digest());
      }
      if (entry.platform().exists()) {
        there.add(entry.platform().toString());
      }
    }
    if (chosen.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.NOT_FOUND,
          "no matching manifest for platform %s (the image has %s)"
              .formatted(all ? ALL : platform, RegistryWords.printable(String.join(", ", there))));
    }
    if (chosen.size() > MOST_IMAGES) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "the image is for %d platforms (expected at most %d); name one"
              .formatted(chosen.size(), MOST_IMAGES));
    }
    List<Digest> order = new ArrayList<>(chosen);
    return all ? order : order.subList(0, 1);
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text);
      if (RegistryTransport.isServer(url)) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw notAnImage("");
  }

  private static DistributionPath.Manifest path(URI url) {
    try {
      if (url.getRawQuery() == null
          && DistributionPath.parse(url.getRawPath()).orElse(null)
              instanceof DistributionPath.Manifest manifest) {
        return manifest;
      }
    } catch (IllegalArgumentException e) {
      throw notAnImage(", got " + e.getMessage());
    }
    throw notAnImage("");
  }

  /** Without the URL itself, which may hold credentials. */
  private static DragonflyException notAnImage(String got) {
    return new DragonflyException(
        ErrorCode.INVALID_ARGUMENT,
        "parse access url failed: expected https://registry/v2/name/manifests/tag-or-digest" + got);
  }

  /** By names in any case. */
  private static SortedMap<String, String> checked(Map<String, String> headers) {
    SortedMap<String, String> checked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> {
      if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}")
          || value.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
        throw new DragonflyException(
            ErrorCode.INVALID_ARGUMENT,
            "headers: '%s' is no name or has no value of a header"
                .formatted(RegistryWords.printable(name)));
      }
      checked.put(name, value);
    });
    return checked;
  }

  /**
   * Without a file those of the JDK, which reads them when they are first needed: at the start that
   * was a tenth of the time until a scheduler serves.
   */
  private SSLContext tls() {
    if (authorities.isPresent()) {
      return authorities.get();
    }
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new DragonflyException(
          ErrorCode.INTERNAL, "tried to read the authorities of the JDK, got " + e, e);
    }
  }

  private static SSLContext authorities(String keys, Path file) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, Authorities.with(file).getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, "cannot use %s.caFile %s: %s".formatted(keys, file, e), e);
    }
  }
}
