package dev.dragonfly.manager.searcher;

import java.net.InetAddress;
import java.util.Optional;

/** A network: an address and how many of its leading bits count. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Cidr(byte[] network, int bits) {

  /** Reads {@code 10.0.0.0/8} or {@code fd00::/8}; empty when the text is not a network. */
  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    Optional<byte[]> network = address(text.substring(0, slash));
    int bits = prefix(text.substring(slash + 1));
    if (network.isEmpty() || bits < 0 || bits > network.get().length * Byte.SIZE) {
      return Optional.empty();
    }
    return Optional.of(new Cidr(network.get(), bits));
  }

  /** The bytes of an address literal, IPv4 in IPv6 unwrapped; empty when it is none. No DNS. */
  static Optional<byte[]> address(String literal) {
    boolean wide = literal.indexOf(':') >= 0;
    boolean dotted = literal.chars().filter(c -> c == '.').count() == 3;
    if (literal.indexOf('%') >= 0 || (!wide && !dotted)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(literal).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = bits / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (address[i] != network[i]) {
        return false;
      }
    }
    int rest = bits % Byte.SIZE;
    int mask = 0xff << (Byte.SIZE - rest) & 0xff;
    return rest == 0 || (address[whole] & mask) == (network[whole] & mask);
  }

  private static int prefix(String digits) {
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    return Integer.parseInt(digits);
  }
}
