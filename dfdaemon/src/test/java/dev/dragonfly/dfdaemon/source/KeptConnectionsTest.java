package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.FakeDns;
import dev.dragonfly.dfdaemon.net.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a connection after its answer, and whose it is. */
@Timeout(60)
final class KeptConnectionsTest {
  private static final byte[] CONTENT = "content".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private final SourceFixture fixture = new SourceFixture();

  @AfterEach
  void stop() {
    fixture.close();
  }

  private int ask(boolean head, String url) {
    try (OriginAnswer answer = fixture.source.ask(new OriginRequest(head, url, Headers.NONE))) {
      ByteBuffer all = ByteBuffer.allocate(100);
      while (answer.body().read(all) >= 0) {
        // Reads to the end.
      }
      return answer.status();
    }
  }

  @Test
  void oneConnectionServesOneRequestAfterTheOther() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
                (request, to) -> {
                  to.lines("HTTP/1.1 200 OK", "Content-Length: " + CONTENT.length, "");
                  if (request.method().equals("GET")) {
                    to.send(CONTENT);
                  }
                })
            .keeping()) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(i % 2 == 0, server.url("/" + i))).isEqualTo(200);
      }
      assertThat(server.requests()).hasSize(20);
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatEndsAKeptConnectionUnderARequestIsAskedOnAnotherOne() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
                (request, to) -> {
                  if (request.target().equals("/second")) {
                    to.reset();
                  } else {
                    Scripts.whole(CONTENT).answer(request, to);
                  }
                })
            .keeping()) {
      assertThat(ask(false, server.url("/first"))).isEqualTo(200);
      // Every connection is reset at this request, also the new one: it is asked twice, not more.
      DragonflyException failure =
          catchThrowableOfType(DragonflyException.class, () -> ask(false, server.url("/second")));
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(server.requests()).hasSize(3);
      assertThat(ask(false, server.url("/third"))).isEqualTo(200);
    }
  }

  @Test
  void aProofThatIsForTheConnectionServesOneRequestOnly() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(CONTENT)).keeping()) {
      for (String proof : List.of("Negotiate YII", "NTLM TlR", "Negotiate YII")) {
        fixture
            .source
            .ask(
                new OriginRequest(
                    true, server.url("/"), Headers.of("Authorization", proof, "Accept", "*/*")))
            .close();
      }
      assertThat(server.accepted()).isEqualTo(3);
      assertThat(server.requests())
          .allSatisfy(request -> assertThat(request.header("connection")).contains("close"));
    }
  }

  @Test
  void aServerThatEndsConnectionsAfterEachAnswerIsNoProblem() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(CONTENT))) {
      for (int i = 0; i < 20; i++) {
        assertThat(ask(false, server.url("/"))).isEqualTo(200);
      }
      assertThat(server.accepted()).isEqualTo(20);
    }
  }

  @Test
  void anAnswerThatIsNotReadToItsEndEndsTheConnection() throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    try (ScriptedServer server =
        new ScriptedServer(
                (request, to) -> {
                  to.lines("HTTP/1.1 200 OK", "Content-Length: 100", "", "some");
                  to.untilHungUp();
                  hungUp.countDown();
                })
            .keeping()) {
      fixture.source.ask(new OriginRequest(false, server.url("/"), Headers.NONE)).close();
      assertThat(hungUp.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whatAServerSendsUnaskedIsNotTheAnswerToTheNextRequest() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
                (request, to) -> {
                  Scripts.whole(CONTENT).answer(request, to);
                  if (request.target().equals("/first")) {
                    Scripts.status("404 Not what you wanted").answer(request, to);
                  }
                })
            .keeping()) {
      assertThat(ask(false, server.url("/first"))).isEqualTo(200);
      assertThat(ask(false, server.url("/second"))).isEqualTo(200);
    }
  }

  @Test
  void anIpv4AddressThatHidesInTheAnswerOfADnsServerIsRefused() throws IOException {
    try (ScriptedServer server = new ScriptedServer(Scripts.whole(CONTENT));
        FakeDns dns =
            new FakeDns()
                .with("loopback.test", "00000000000000000000ffff7f000001")
                .with("metadata.test", "00000000000000000000ffffa9fea9fe")
                .with("public.test", "08080808");
        SourceFixture strict =
            new SourceFixture(List.of(), Duration.ofSeconds(5), List.of(dns.address()))) {
      for (String host : List.of("loopback.test", "metadata.test")) {
        DragonflyException failure =
            strict.failure("http://" + host + ":" + server.port() + "/latest/meta-data/");
        assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      }
      assertThat(server.accepted()).isZero();
      assertThat(dns.asked()).contains("loopback.test", "metadata.test");
      OriginRequest realm =
          new OriginRequest(
              false, "http://10.0.0.1/token", Headers.NONE, Optional.of("http://public.test/v2/"));
      DragonflyException failure =
          catchThrowableOfType(DragonflyException.class, () -> strict.source.ask(realm));
      assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
      assertThat(failure).hasMessageContaining("a public address redirected to a private one");
    }
  }
}
