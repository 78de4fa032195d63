package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ClientResponseTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ClientResponse response =
      new ClientResponse(channel, ClientDialect.HTTP_1_1, Duration.ofSeconds(1), new ManualTime());

  @Test
  void whoListensForTheEndOfTheConnectionIsTold() {
    AtomicInteger told = new AtomicInteger();
    response.whenClosed(told::incrementAndGet);
    channel.close();
    assertThat(told).hasValue(1);
  }

  @Test
  void aConnectionForgetsThoseWhoListenedDuringAnEarlierRequest() {
    AtomicInteger told = new AtomicInteger();
    response.whenClosed(told::incrementAndGet).run();
    channel.close();
    assertThat(told).hasValue(0);
  }
}
