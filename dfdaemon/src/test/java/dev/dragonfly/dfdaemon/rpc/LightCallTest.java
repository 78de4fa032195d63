package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.ext.v1.LightEnd;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The light path keeps what gRPC keeps, and is not harmed by whoever speaks to it. */
class LightCallTest extends DownloadContract {
  private final List<LightClient> clients = new ArrayList<>();
  private Path socket;
  private LightServer server;

  @BeforeEach
  void listen() {
    socket = folder.resolve("d.sock.light");
    server = LightServer.start(socket, new LocalDownloads(fixture.context), fixture.timers);
  }

  @AfterEach
  void stopListening() {
    clients.forEach(LightClient::close);
    server.close();
  }

  @Override
  Runnable ask(DownloadTaskRequest request, RpcFixture.Answers<DownloadTaskResponse> to)
      throws IOException {
    LightClient client = greeted();
    client.send(request);
    client.follow(to);
    return client::close;
  }

  private LightClient greeted() throws IOException {
    LightClient client = new LightClient(socket);
    clients.add(client);
    assertThat(client.next().orElseThrow().getGreeting()).isEqualTo(1);
    return client;
  }

  @ParameterizedTest
  @ValueSource(strings = {"80000000", "ffffffff", "7fffffff", "00100001"})
  void aFrameThatWouldBeTooLongIsRefusedBeforeItComes(String length) throws Exception {
    LightClient client = greeted();
    client.sendBytes(HexFormat.of().parseHex(length));
    assertRefused(client, "bytes");
  }

  @Test
  void garbageIsRefused() throws Exception {
    LightClient client = greeted();
    client.sendBytes(HexFormat.of().parseHex("00000003ffffff"));
    assertRefused(client, "not a request");
  }

  @Test
  void aRequestForNothingIsTheCallersMistake() throws Exception {
    LightClient client = greeted();
    client.sendBytes(new byte[4]);
    assertRefused(client, "download.url");
  }

  private void assertRefused(LightClient client, String why) throws Exception {
    LightEnd end = client.next().orElseThrow().getEnd();
    assertThat(end.getErrorCode()).isEqualTo(ErrorCode.INVALID_ARGUMENT.name());
    assertThat(end.getMessage()).contains(why);
    assertThat(client.next()).as("the daemon closes").isEmpty();
    assertThat(fixture.runner.wasAsked()).isFalse();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() throws InterruptedException {
    RpcFixture.await(() -> server.connections() == 0);
    assertThat(fixture.timers.pendingTimers()).as("deadlines").isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "00000400", "000004000a0b"})
  void whoLeavesWithinARequestLeavesNothing(String begun) throws Exception {
    LightClient client = greeted();
    client.sendBytes(HexFormat.of().parseHex(begun));
    client.close();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "000004000a0b"})
  void whoDoesNotEndHisRequestIsGivenUp(String begun) throws Exception {
    LightClient client = greeted();
    client.sendBytes(HexFormat.of().parseHex(begun));
    RpcFixture.await(() -> fixture.timers.pendingTimers() == 1); // the greeting has been written
    fixture.timers.advance(LightCall.REQUEST_PATIENCE);
    assertThat(client.next()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void whoSaysMoreThanHisRequestLeavesTheDownload() throws Exception {
    LightClient client = greeted();
    client.send(request(plain()));
    client.next();
    client.send(request(plain()));
    assertThat(fixture.runner.awaitLeft()).isTrue();
    RpcFixture.await(() -> server.connections() == 0);
  }

  @Test
  void whoReadsNothingIsGivenUpAndHoldsUpNobody() throws Exception {
    LightClient slow = greeted();
    slow.send(request(plain()));
    fixture.task.awaitListener();
    fixture.runner.fail(ErrorCode.INTERNAL, "more than fits into a socket".repeat(1 << 18));
    assertThat(fixture.runner.awaitLeft()).as("the download has ended").isTrue();
    RpcFixture.await(() -> fixture.timers.pendingTimers() == 1);
    fixture.timers.advance(LightCall.STALL_PATIENCE);
    assertNothingIsLeft();
  }

  @Test
  void oneConnectionTooManyIsToldSo() throws Exception {
    for (int i = 0; i < LightServer.CONNECTIONS; i++) {
      greeted();
    }
    try (LightClient more = new LightClient(socket)) {
      LightEnd end = more.next().orElseThrow().getEnd();
      assertThat(end.getErrorCode()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.name());
      assertThat(more.next()).isEmpty();
    }
    clients.removeFirst().close();
    RpcFixture.await(() -> server.connections() < LightServer.CONNECTIONS);
    greeted();
  }

  @Test
  void aDaemonThatStopsEndsWhatRuns() throws Exception {
    LightClient client = greeted();
    client.send(request(plain()));
    client.next();
    server.close();
    assertThat(fixture.runner.awaitLeft()).isTrue();
    assertThat(socket).doesNotExist();
    RpcFixture.await(() -> server.connections() == 0);
  }
}
