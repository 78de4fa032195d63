package dev.dragonfly.common.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * Addresses on the wire: literals only, since a name would make this host ask the DNS for whatever
 * a stranger wants.
 */
public final class AddressMapper {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final int MAX_PORT = 65535;

  private AddressMapper() {}

  /**
   * The address of one host.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static InetAddress address(String field, String text) {
    Arguments.within(field, text, FieldLimits.ADDRESS);
    Arguments.check(
        V4.matcher(text).matches() || V6.matcher(text).matches(),
        () -> field + " must be an IP address, got '" + text + "'");
    InetAddress address = Arguments.parse(field, text, InetAddress::ofLiteral);
    Arguments.check(
        !address.isAnyLocalAddress() && !address.isMulticastAddress(),
        () -> field + " must be the address of one host, got '" + text + "'");
    return address;
  }

  /**
   * Where a service of a host listens.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  public static InetSocketAddress endpoint(String field, String ip, int port) {
    Arguments.check(
        port > 0 && port <= MAX_PORT,
        () -> field + " must have a port from 1 to 65535, got " + port);
    return new InetSocketAddress(address(field, ip), port);
  }
}
