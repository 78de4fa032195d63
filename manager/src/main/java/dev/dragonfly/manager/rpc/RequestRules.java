package dev.dragonfly.manager.rpc;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.Cidr;
import java.util.List;
import java.util.regex.Pattern;

/** What the fields of a request must look like; each breach is INVALID_ARGUMENT. */
final class RequestRules {
  private static final Pattern HOSTNAME =
      Pattern.compile("(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*");
  private static final int HOSTNAME_LENGTH = 253;
  private static final int TEXT_LENGTH = 1024;
  private static final int MOST_FEATURES = 16;
  private static final int FEATURE_LENGTH = 64;
  private static final int CONFIG_BYTES = 64 << 10;
  private static final int FIRST_PORT = 1024;
  private static final int PORTS = 65535;

  private RequestRules() {}

  static void source(SourceType source) {
    require(source != SourceType.UNRECOGNIZED, "source_type", source, "a known one");
  }

  static void hostname(String hostname) {
    require(
        hostname.length() <= HOSTNAME_LENGTH && HOSTNAME.matcher(hostname).matches(),
        "hostname",
        hostname,
        "an RFC 1123 hostname");
  }

  static void ip(String ip) {
    require(Cidr.address(ip).isPresent(), "ip", ip, "an IPv4 or IPv6 address");
  }

  static void optionalIp(String ip) {
    if (!ip.isEmpty()) {
      ip(ip);
    }
  }

  static void clusterId(long id) {
    require(id >= 1, "cluster id", id, "1 or more");
  }

  static void port(String field, int port) {
    require(port >= FIRST_PORT && port < PORTS, field, port, "from 1024 to 65534");
  }

  static void seedPeerType(String type) {
    require(type.equals("super"), "type", type, "super");
  }

  /** Empty counts as absent. Control characters would break logs, and the database refuses NUL. */
  static void text(String field, String text) {
    require(text.length() <= TEXT_LENGTH, field, text.length() + " characters", "at most 1024");
    require(text.chars().noneMatch(Character::isISOControl), field, "control characters", "none");
  }

  static void features(List<String> features) {
    require(features.size() <= MOST_FEATURES, "features", features.size(), "at most 16");
    for (String feature : features) {
      require(
          feature.length() <= FEATURE_LENGTH,
          "features",
          feature.length() + " characters",
          "at most 64");
      text("features", feature);
    }
  }

  /** Checked before it is parsed. */
  static void config(ByteString config) {
    require(config.size() <= CONFIG_BYTES, "config", config.size() + " bytes", "at most 65536");
    require(!config.toStringUtf8().contains("\\u0000"), "config", "a NUL", "none");
  }

  static void same(String field, Object first, Object got) {
    require(first.equals(got), field, got, first + ", as in the stream's first message");
  }

  private static void require(boolean holds, String field, Object got, String expected) {
    if (!holds) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to read the request, got %s %s (expected %s)".formatted(field, got, expected));
    }
  }
}
