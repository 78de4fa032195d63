package dev.dragonfly.common.host;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identity of one download of one task on one host: {@code ip-hostname-uuid}, with {@code -seed}
 * behind it for a seed peer.
 *
 * @param value the text, not empty, without control characters
 */
public record PeerId(String value) {
  private static final int MAX_LENGTH = 1024;
  private static final Pattern FORM =
      Pattern.compile("(.+)-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(-seed)?");

  public PeerId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "peer id must have 1 to 1024 characters, got " + value.length());
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("peer id must not have control characters");
    }
  }

  /** The id of a peer on the host with this address and name. */
  public static PeerId of(String ip, String hostname, UUID random, boolean seed) {
    return new PeerId(ip + "-" + hostname + "-" + random + (seed ? "-seed" : ""));
  }

  /** The host that it runs on, where the id has the usual form. */
  public Optional<HostId> host() {
    Matcher matcher = FORM.matcher(value);
    return matcher.matches()
        ? Optional.of(
            new HostId(matcher.group(1) + Objects.requireNonNullElse(matcher.group(2), "")))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
