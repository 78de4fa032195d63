package dev.dragonfly.dfdaemon.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.common.testing.FakeManager;
import dev.dragonfly.dfdaemon.app.SickNode.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

@Timeout(60)
final class DoctorCommandTest {
  @TempDir Path folder;

  /** Not where temporary files are: that may be memory, which the doctor warns of. */
  @TempDir(factory = OnDisk.class)
  Path storage;

  private SickNode node;

  @BeforeEach
  void aNode() {
    node = new SickNode(folder, storage);
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aHealthyNodeIsOkInEverything() {
    healthy();

    Answer answer = node.ask();

    assertThat(answer.with("ok"))
        .as(answer.out())
        .containsOnlyKeys(
            "configuration",
            "daemon",
            "runtimes",
            "containerd",
            "mirror",
            "scheduler",
            "peer hits",
            "disk",
            "clock",
            "certificates",
            "address");
    assertThat(answer.exit()).isZero();
  }

  @Test
  void aRuntimeThatDoesNotAskTheProxyIsTheOnlyProblem() {
    Dfdaemon daemon = node.startDaemon();

    Answer answer = node.ask();

    onlyProblem(answer, "runtimes")
        .contains("containerd is on this node and does not ask the proxy " + node.proxyOf(daemon))
        .contains("configure would create /etc/containerd/certs.d/_default/hosts.toml")
        .contains("dfdaemon runtime configure --root " + folder);
  }

  @Test
  void wrongPluginNamesAreTheOnlyProblem() {
    healthy();
    node.write(
        "etc/containerd/config.toml",
        """
        version = 3
        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = "/etc/containerd/certs.d"
        """);

    Answer answer = node.ask();

    onlyProblem(answer, "containerd")
        .contains("a version 3 file does not look at plugin io.containerd.grpc.v1.cri")
        .contains("its registry.config_path belongs to io.containerd.cri.v1.images");
  }

  @Test
  void aMirrorWhereNobodyListensIsTheOnlyProblem() {
    Dfdaemon daemon = node.startDaemon();
    String nobody = "http://127.0.0.1:" + SickNode.closedPort();
    node.configureRuntime(nobody);

    Answer answer = node.ask();

    onlyProblem(answer, "mirror")
        .contains("runtimes ask " + nobody + ", where the proxy does not answer")
        .contains("--proxy " + node.proxyOf(daemon));
  }

  @Test
  void aMirrorWhereSomebodyElseAnswersIsTheOnlyProblem() throws IOException {
    node.startDaemon();
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.start();
    node.configureRuntime("http://127.0.0.1:" + other.getAddress().getPort());

    Answer answer = node.ask();
    other.stop(0);

    onlyProblem(answer, "mirror").contains("somebody else answers than the proxy: status 404");
  }

  @Test
  void noSchedulerIsTheOnlyProblem() {
    healthy();
    node.stopScheduler();

    onlyProblem(node.ask(), "scheduler")
        .contains("no scheduler serves: 127.0.0.1:")
        .contains("Connection refused");
  }

  @Test
  void aManagerThatIsSilentIsTheOnlyProblem() {
    node.hasControl("manager: {address: '127.0.0.1:" + SickNode.closedPort() + "'}");
    healthy();

    onlyProblem(node.ask(), "scheduler")
        .contains("the manager at 127.0.0.1:")
        .contains("is silent: Connection refused")
        .contains("start the manager, or correct manager.address");
  }

  @Test
  void aManagerThatListsNobodyIsTheOnlyProblem() {
    try (FakeManager manager = new FakeManager()) {
      manager.listSchedulers(ListSchedulersResponse.getDefaultInstance());
      node.hasControl("manager: {address: '127.0.0.1:" + manager.port() + "'}");
      healthy();

      onlyProblem(node.ask(), "scheduler")
          .contains("the manager lists no active scheduler for this host");
    }
  }

  @Test
  void aDiskThatIsFullIsTheOnlyProblem() {
    healthy();

    onlyProblem(node.ask("--min-free", "1000000TiB"), "disk")
        .contains("are free in " + storage)
        .contains("move storage.dir");
  }

  @Test
  void anAddressThatLeadsToWhoeverUsesItIsTheOnlyProblem() {
    node.hasHost("ip: 127.0.0.1");
    healthy();

    onlyProblem(node.ask(), "address")
        .contains("others are told 127.0.0.1, which on their machines is not this one")
        .contains("set host.ip:");
  }

  @Test
  void loopbackIsRightForAClusterOnOneMachine() {
    node.hasHost("ip: 127.0.0.1");
    healthy();

    Answer answer = node.ask("--local");

    assertThat(answer.with("problem")).isEmpty();
    assertThat(answer.with("ok")).containsKey("address");
    assertThat(answer.with("not_checked")).containsOnlyKeys("runtimes", "containerd", "mirror");
  }

  @Test
  void aDaemonThatDoesNotRunIsTheOnlyProblem() {
    node.configureRuntime("http://127.0.0.1:4001");

    onlyProblem(node.ask(), "daemon")
        .contains("nobody answers at " + folder.resolve("d.sock"))
        .contains("dfdaemon --config " + folder.resolve("dfdaemon.yaml"));
  }

  @Test
  void aConfigurationThatCannotBeReadIsTheOnlyProblem() {
    node.hasControl("schedulers: {}");

    onlyProblem(node.ask(), "configuration").contains("schedulers");
  }

  @Test
  void nothingThatCameFromAPeerIsAWarningWithTheWayToSeeOne() {
    node.configureRuntime(node.proxyOf(node.startIdleDaemon()));

    Answer answer = node.ask();

    assertThat(answer.exit()).isZero();
    assertThat(answer.with("warning").toString())
        .contains("peer hits=nothing was downloaded here since its start")
        .contains("dfget URL -O /tmp/a");
  }

  @Test
  void peopleReadATableThatEndsWithTheSum() {
    healthy();
    node.stopScheduler();

    Answer answer = node.ask();
    Answer table = SickNode.run("--config", node.config().toString(), "--root", folder.toString());

    assertThat(answer.json().path("summary").asString()).startsWith("1 problem, ");
    assertThat(table.out().lines().toList().getLast()).contains("problem").contains(" ok");
    assertThat(table.out()).contains("  PROBLEM      scheduler      no scheduler serves:");
    assertThat(table.exit()).isEqualTo(1);
  }

  @Test
  void helpHasExamplesAndExitCodes() {
    Answer help = SickNode.run("--help");

    assertThat(help.exit()).isZero();
    assertThat(help.out()).contains("dfdaemon doctor --root /host").contains("Exit codes:");
  }

  @Test
  void badArgumentsAreNamed() {
    assertThat(SickNode.run("--min-free", "much").exit()).isEqualTo(2);
    assertThat(SickNode.run("--nonsense").err()).contains("--nonsense");
    assertThat(
            SickNode.run("--config", node.config().toString(), "--root", "/no/such/folder").err())
        .contains("there is no folder /no/such/folder");
  }

  private void healthy() {
    node.configureRuntime(node.proxyOf(node.startDaemon()));
  }

  private static AbstractStringAssert<?> onlyProblem(Answer answer, String check) {
    assertThat(answer.with("problem")).as(answer.out()).containsOnlyKeys(check);
    assertThat(answer.exit()).isEqualTo(1);
    return assertThat(answer.with("problem").get(check));
  }

  /** Makes the folder below that of the module. */
  static final class OnDisk implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "doctor");
    }
  }
}
