package dev.dragonfly.common.registry;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.AddressPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Names during the questions about one image: each is looked up once, and connections are made only
 * to addresses that were checked. A name that changes its address between the check and the
 * connection (rebinding) gains nothing. Owned by the thread that asks.
 */
final class PinnedNames implements DnsResolver {
  private final AddressPolicy policy;
  private final Lookup lookup;
  private final Map<String, InetAddress[]> pinned = new HashMap<>();

  /** Where addresses come from; blocks. */
  interface Lookup {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  PinnedNames(AddressPolicy policy, Lookup lookup) {
    this.policy = policy;
    this.lookup = lookup;
  }

  /**
   * Lets connections to the host be made. All of its addresses have to be allowed: which of them a
   * connection goes to, or a kept one has gone to, is not known here.
   *
   * @param fromPublic whether a public address sent us there
   * @param within how long the lookup may take
   * @return whether one of the addresses is public
   * @throws DragonflyException PERMISSION_DENIED; UNAVAILABLE when there is no address
   */
  boolean admit(String host, boolean fromPublic, Duration within) {
    InetAddress[] addresses = pinned.get(host);
    if (addresses == null) {
      addresses = lookedUp(host, within);
    }
    for (InetAddress address : addresses) {
      policy.check(host, address, fromPublic);
    }
    pinned.put(host, addresses);
    return Arrays.stream(addresses).anyMatch(policy::isPublic);
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = pinned.get(host);
    if (addresses == null) {
      throw new UnknownHostException(host + " was not checked");
    }
    return addresses.clone();
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    return Arrays.stream(resolve(host))
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  /** The lookup of the JDK has no limit of its own, so it runs on a thread that can be left. */
  private InetAddress[] lookedUp(String host, Duration within) {
    CompletableFuture<InetAddress[]> answer = new CompletableFuture<>();
    Threads.virtual(
        "registry-name",
        () -> {
          try {
            answer.complete(lookup.all(host));
          } catch (UnknownHostException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    try {
      InetAddress[] addresses = answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
      if (addresses.length > 0) {
        return addresses;
      }
      throw unknown(host, "no address");
    } catch (ExecutionException e) {
      throw unknown(host, "no address");
    } catch (TimeoutException e) {
      throw unknown(host, "no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while looking up " + host, e);
    }
  }

  private static DragonflyException unknown(String host, String got) {
    return new DragonflyException(
        ErrorCode.UNAVAILABLE, "tried to look up %s, got %s".formatted(host, got));
  }
}
