package dev.dragonfly.common.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A network in CIDR form; an address alone is a network of one. IPv4 addresses wrapped in IPv6
 * ({@code ::ffff:a.b.c.d}) count as the IPv4 address they stand for, in networks and in addresses:
 * resolvers give both forms of the same machine. Safe for any thread.
 */
public final class Cidr {
  private static final int MAPPED_BITS = 96;

  private final byte[] prefix;
  private final int bits;

  private Cidr(byte[] prefix, int bits) {
    this.prefix = prefix;
    this.bits = bits;
  }

  /**
   * Reads {@code 127.0.0.0/8}, {@code ::1/128} or a plain address.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static Cidr parse(String text) {
    return find(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not a network: '"
                    + text
                    + "' (expected an address or CIDR, for example 10.0.0.0/8)"));
  }

  /** As {@link #parse}; empty when the text is no network. */
  public static Optional<Cidr> find(String text) {
    int slash = text.indexOf('/');
    String literal = slash < 0 ? text : text.substring(0, slash);
    Optional<InetAddress> address = address(literal);
    if (address.isEmpty()) {
      return Optional.empty();
    }
    byte[] prefix = address.get().getAddress();
    int width = prefix.length * Byte.SIZE;
    if (slash < 0) {
      return Optional.of(new Cidr(prefix, width));
    }
    // The address of ::ffff:10.0.0.0/104 is read as 10.0.0.0, whose network has 96 bits less.
    boolean mapped = literal.indexOf(':') >= 0 && prefix.length == 4;
    int bits = number(text.substring(slash + 1)) - (mapped ? MAPPED_BITS : 0);
    return bits < 0 || bits > width ? Optional.empty() : Optional.of(new Cidr(prefix, bits));
  }

  /** The address that a literal stands for; empty when it is a name or has a zone. No DNS. */
  public static Optional<InetAddress> address(String literal) {
    boolean wide = literal.indexOf(':') >= 0;
    boolean dotted = literal.chars().filter(c -> c == '.').count() == 3;
    if (literal.indexOf('%') >= 0 || literal.indexOf('[') >= 0 || (!wide && !dotted)) {
      return Optional.empty();
    }
    try {
      return Optional.of(unmapped(InetAddress.ofLiteral(literal)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The IPv4 address within {@code ::ffff:a.b.c.d}; else the address itself. */
  public static InetAddress unmapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4 || !isMapped(bytes)) {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Whether the address belongs to the network. */
  public boolean contains(InetAddress address) {
    byte[] other = unmapped(address).getAddress();
    if (other.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % Byte.SIZE;
      if ((prefix[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
  }

  /** -1 for what is no number of at most three digits. */
  private static int number(String digits) {
    return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
  }

  @Override
  public String toString() {
    try {
      return InetAddress.getByAddress(prefix).getHostAddress() + "/" + bits;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("a prefix is 4 or 16 bytes", e);
    }
  }
}
