package dev.dragonfly.common.oci;

import dev.dragonfly.common.digest.Digest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path of the read side of the distribution API. Names are checked as the specification has them,
 * so nothing that is composed from them can climb, hide or break a line.
 */
public sealed interface DistributionPath {
  /** The ping that tells whether there is a registry. */
  record Ping() implements DistributionPath {
    @Override
    public String path() {
      return "/v2/";
    }
  }

  /** Something in a repository. */
  sealed interface InRepository extends DistributionPath {
    /** Name of the repository. */
    String repository();

    /** The same in another repository. */
    InRepository in(String repository);
  }

  /** A manifest, by tag or by digest. */
  record Manifest(String repository, String reference) implements InRepository {
    /** The digest, when it is no tag. */
    public Optional<Digest> digest() {
      return reference.contains(":") ? Optional.of(Digest.parse(reference)) : Optional.empty();
    }

    @Override
    public Manifest in(String other) {
      return new Manifest(other, reference);
    }

    @Override
    public String path() {
      return "/v2/" + repository + "/manifests/" + reference;
    }
  }

  /** A blob. */
  record Blob(String repository, Digest digest) implements InRepository {
    @Override
    public Blob in(String other) {
      return new Blob(other, digest);
    }

    @Override
    public String path() {
      return "/v2/" + repository + "/blobs/" + digest;
    }
  }

  /** The list of tags. */
  record Tags(String repository) implements InRepository {
    @Override
    public Tags in(String other) {
      return new Tags(other);
    }

    @Override
    public String path() {
      return "/v2/" + repository + "/tags/list";
    }
  }

  /** What refers to a manifest. */
  record Referrers(String repository, Digest digest) implements InRepository {
    @Override
    public Referrers in(String other) {
      return new Referrers(other, digest);
    }

    @Override
    public String path() {
      return "/v2/" + repository + "/referrers/" + digest;
    }
  }

  /** Longest name of a repository, with the host before it. */
  int MAX_NAME = 255;

  /** The path at the registry. */
  String path();

  /**
   * Reads a path.
   *
   * @param rawPath as it stands in the request line, without query
   * @return empty when it is none of the API
   * @throws IllegalArgumentException saying which part is wrong
   */
  static Optional<DistributionPath> parse(String rawPath) {
    if (rawPath.equals("/v2/") || rawPath.equals("/v2")) {
      return Optional.of(new Ping());
    }
    if (!rawPath.startsWith("/v2/")) {
      return Optional.empty();
    }
    String path = rawPath.replace("%3A", ":").replace("%3a", ":");
    Matcher matcher = Forms.RESOURCE.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String name = matcher.group(1);
    String last = matcher.group(3);
    return switch (matcher.group(2)) {
      case "manifests" -> Optional.of(new Manifest(name(name), reference(last)));
      case "blobs" ->
          last.startsWith("uploads") && !last.contains(":")
              ? Optional.empty()
              : Optional.of(new Blob(name(name), digest(last)));
      case "referrers" -> Optional.of(new Referrers(name(name), digest(last)));
      default -> last.equals("list") ? Optional.of(new Tags(name(name))) : Optional.empty();
    };
  }

  private static String name(String name) {
    if (name.length() > MAX_NAME || !Forms.NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of a repository: '" + shown(name) + "'");
    }
    return name;
  }

  private static String reference(String reference) {
    if (reference.contains(":")) {
      return digest(reference).toString();
    }
    if (!Forms.TAG.matcher(reference).matches()) {
      throw new IllegalArgumentException("not a tag: '" + shown(reference) + "'");
    }
    return reference;
  }

  private static Digest digest(String text) {
    Digest digest = Digest.parse(text);
    if (digest.algorithm() != Digest.Algorithm.SHA256
            && digest.algorithm() != Digest.Algorithm.SHA512
        || !digest.toString().equals(text)) {
      throw new IllegalArgumentException(
          "not a digest of content: '" + shown(text) + "' (expected sha256:... or sha512:...)");
    }
    return digest;
  }

  /** Only what can be printed, and not too much of it. */
  private static String shown(String text) {
    String clean = text.replaceAll("[^\\x21-\\x7e]", "?");
    return clean.length() > 80 ? clean.substring(0, 80) + "..." : clean;
  }

  /** The forms; bounded repetition only, so that matching takes linear time. */
  final class Forms {
    static final Pattern RESOURCE =
        Pattern.compile("/v2/([^%?#\\s]+)/(manifests|blobs|tags|referrers)/([^/%?#\\s]+)/?");
    static final Pattern NAME =
        Pattern.compile(
            "(?:[A-Za-z0-9][A-Za-z0-9.-]*+(?::[0-9]{1,5})?/)?[a-z0-9]++(?:[._-]++[a-z0-9]++)*+(?:/[a-z0-9]++(?:[._-]++[a-z0-9]++)*+)*+");
    static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    private Forms() {}
  }
}
