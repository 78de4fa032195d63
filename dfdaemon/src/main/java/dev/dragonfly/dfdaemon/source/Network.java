package dev.dragonfly.dfdaemon.source;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A network in CIDR form; an address alone is a network of one.
 *
 * @param prefix address bytes, 4 or 16
 * @param bits leading bits that count
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Network(byte[] prefix, int bits) {
  private static final Network COMPATIBLE = parse("::/96");
  private static final Network NAT64 = parse("64:ff9b::/96");
  private static final Network SIX_TO_FOUR = parse("2002::/16");

  /**
   * Reads {@code 127.0.0.0/8}, {@code ::1/128} or a plain address.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!address.matches("[0-9a-fA-F:.]+")) {
      throw notANetwork(text);
    }
    try {
      byte[] prefix = InetAddress.getByName(address).getAddress();
      int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > prefix.length * 8) {
        throw notANetwork(text);
      }
      return new Network(prefix, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw notANetwork(text);
    }
  }

  private static IllegalArgumentException notANetwork(String text) {
    return new IllegalArgumentException(
        "not a network: '" + text + "' (expected an address or CIDR, for example 10.0.0.0/8)");
  }

  /**
   * The IPv4 address that an IPv6 address stands for where gateways translate (RFC 4291, 6052 and
   * 3056); else the address itself.
   */
  static InetAddress ipv4Within(InetAddress address) {
    byte[] bytes = address.getAddress();
    int at =
        COMPATIBLE.contains(address) || NAT64.contains(address)
            ? 12
            : SIX_TO_FOUR.contains(address) ? 2 : -1;
    if (at < 0) {
      return address;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  boolean contains(InetAddress address) {
    byte[] other = address.getAddress();
    if (other.length != prefix.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((prefix[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
