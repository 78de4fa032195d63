package dev.dragonfly.dfdaemon.net;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.Cidr;
import io.netty.channel.EventLoop;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks host names up on event loops: no name waits for another, each is asked for once however
 * many want it, and whoever asks waits for a bounded time. /etc/hosts and the servers, search
 * domains and ndots of /etc/resolv.conf are honoured. Safe for any thread.
 */
public final class HostNames implements AutoCloseable {
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_QUERIES = 16;
  private static final int MAX_TTL_SECONDS = 300;

  /** Names that are being looked up; more than the requests that all ports together take. */
  private static final int MAX_ASKED = 8_192;

  private final EventLoop loop;
  private final DnsNameResolver resolver;
  private final Duration patience;
  private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> asked =
      new ConcurrentHashMap<>();

  /**
   * @param loops event loops; stay open when this is closed
   * @param servers DNS servers; those of /etc/resolv.conf when empty
   * @param patience the bound of a wait
   */
  public HostNames(EventLoops loops, List<InetSocketAddress> servers, Duration patience) {
    this.patience = patience;
    this.loop = loops.group().next();
    DnsNameResolverBuilder builder =
        new DnsNameResolverBuilder(loop)
            .datagramChannelType(loops.datagramChannel())
            .socketChannelType(loops.channel())
            .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
            .queryTimeoutMillis(QUERY_TIMEOUT.toMillis())
            .maxQueriesPerResolve(MAX_QUERIES)
            .ttl(0, MAX_TTL_SECONDS);
    if (!servers.isEmpty()) {
      builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers));
    }
    this.resolver = builder.build();
  }

  /**
   * All addresses of the host in the order in which they are to be tried; blocks.
   *
   * @throws DragonflyException UNAVAILABLE when the name stands for nothing, DEADLINE_EXCEEDED when
   *     nobody says within the limit, RESOURCE_EXHAUSTED, CANCELLED
   */
  public List<InetAddress> addresses(String host) {
    Optional<InetAddress> literal = Cidr.address(host);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    if (asked.size() >= MAX_ASKED) {
      throw new DragonflyException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "too many names are being looked up, not also " + host + "; a retry may help");
    }
    try {
      return asked.computeIfAbsent(host, this::ask).get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "the name " + host + " was not resolved within " + patience + "; a retry may help",
          e);
    } catch (ExecutionException e) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "the name " + host + " does not resolve", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while resolving " + host, e);
    }
  }

  private CompletableFuture<List<InetAddress>> ask(String host) {
    CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    resolver
        .resolveAll(host)
        .addListener(found -> {
          if (found.isSuccess()) {
            @SuppressWarnings("unchecked")
            List<InetAddress> addresses = (List<InetAddress>) found.getNow();
            answer.complete(List.copyOf(addresses));
          } else {
            answer.completeExceptionally(found.cause());
          }
        });
    // Whoever comes later asks anew: the resolver keeps answers as long as they are good. Not in
    // the listener above, which may run before the answer is in the map.
    answer.whenCompleteAsync((addresses, failure) -> asked.remove(host, answer), loop);
    return answer;
  }

  @Override
  public void close() {
    resolver.close();
  }
}
