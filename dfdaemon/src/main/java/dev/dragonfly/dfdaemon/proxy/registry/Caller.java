package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.dfdaemon.net.Headers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Who asks.
 *
 * @param header what of his request is meant for the other end
 * @param local whether he is on this host
 */
public record Caller(Headers header, boolean local) {
  /**
   * A caller as an origin sees him, kept as a digest only: everything that he may prove himself
   * with is in it, whatever header it stands in.
   *
   * @param hash 64 hex digits
   */
  record Key(String hash) {
    /** Somebody who sends these headers. */
    static Key of(Headers seen) {
      StringBuilder text = new StringBuilder();
      for (Map.Entry<String, String> header : new TreeMap<>(seen.toMap()).entrySet()) {
        text.append(header.getKey()).append(": ").append(header.getValue()).append('\n');
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return new Key(HexFormat.of().formatHex(Digest.Algorithm.SHA256.hasher().digest(bytes)));
    }
  }

  Optional<String> authorization() {
    return header.first("authorization");
  }

  /** As an origin sees him when he does not log in through this host. */
  Key key(Origin origin) {
    return Key.of(
        origin.registry().isPresent()
            ? HeaderFilter.proofs(header)
            : HeaderFilter.forTask(header, false).only(name -> !name.equals("via")));
  }
}
