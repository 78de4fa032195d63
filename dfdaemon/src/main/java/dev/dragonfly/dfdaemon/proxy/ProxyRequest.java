package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.proxy.registry.Caller;
import dev.dragonfly.dfdaemon.proxy.registry.HeaderFilter;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A request as it came.
 *
 * @param method in upper case
 * @param target what stands in the request line
 * @param header request headers
 * @param client who asks
 * @param known what is known about it
 */
record ProxyRequest(String method, String target, Headers header, InetAddress client, Known known) {

  /** One of which nothing is known yet. */
  ProxyRequest(String method, String target, Headers header, InetAddress client) {
    this(method, target, header, client, new Known());
  }

  /** What this is if it came behind the other one on the same connection. */
  ProxyRequest after(ProxyRequest other) {
    boolean same =
        target.equals(other.target)
            && method.equals(other.method)
            && header.equalsExcept("range", other.header);
    return same ? new ProxyRequest(method, target, header, client, other.known) : this;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** The first header of this name, whatever its case. */
  Optional<String> first(String name) {
    return header.first(name);
  }

  /** Who asks, as the other end is told. */
  Caller caller() {
    return new Caller(HeaderFilter.endToEnd(header), client.isLoopbackAddress());
  }

  /** Without header values and query: they may be secrets. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    return method + " " + (query < 0 ? target : target.substring(0, query));
  }
}
