package dev.dragonfly.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChannelCacheTest {
  private final ChannelCache cache = new ChannelCache(new GrpcChannels(Optional.empty()), 2);
  private final ManagedChannel first = cache.to(host(1));
  private final ManagedChannel second = cache.to(host(2));

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void anAddressHasOneChannel() {
    assertThat(cache.to(host(1))).isSameAs(first);
    assertThat(cache.to(host(2))).isSameAs(second);
  }

  @Test
  void beyondTheLimitTheOneNotUsedForLongestIsShutDown() {
    cache.to(host(1));

    cache.to(host(3));

    assertThat(second.isShutdown()).isTrue();
    assertThat(first.isShutdown()).isFalse();
    assertThat(cache.to(host(2))).isNotSameAs(second);
  }

  @Test
  void closingShutsAllDown() {
    cache.close();

    assertThat(first.isShutdown()).isTrue();
    assertThat(second.isShutdown()).isTrue();
  }

  @Test
  void aNameIsRefused() {
    assertThatThrownBy(() -> cache.to(InetSocketAddress.createUnresolved("localhost", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("localhost");
  }

  private static InetSocketAddress host(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + last), 4000);
  }
}
