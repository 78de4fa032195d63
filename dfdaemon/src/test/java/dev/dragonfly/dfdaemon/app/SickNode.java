package dev.dragonfly.dfdaemon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.lifecycle.ReadyFile;
import dev.dragonfly.common.net.OwnAddress;
import dev.dragonfly.dfdaemon.runtime.RuntimeConfigurator;
import dev.dragonfly.dfdaemon.runtime.RuntimeSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node with a containerd, a daemon in this process and a scheduler that is only healthy: a test
 * breaks one thing of it and asks the doctor.
 */
final class SickNode implements AutoCloseable {
  private final Closer closer = new Closer();
  private final Path folder;
  private final Path storage;
  private final GrpcServers.Running scheduler;
  private String host = "";
  private String control;

  /** What the doctor said. */
  record Answer(int exit, String out, String err) {
    JsonNode json() {
      return JsonMapper.shared().readTree(out);
    }

    /** The checks with that result, each with what was found and the advice. */
    Map<String, String> with(String result) {
      Map<String, String> checks = new LinkedHashMap<>();
      for (JsonNode check : json().path("checks")) {
        if (check.path("result").asString().equals(result)) {
          checks.put(
              check.path("check").asString(),
              check.path("found").asString() + " -> " + check.path("advice").asString());
        }
      }
      return checks;
    }
  }

  /**
   * @param folder for the files of the node
   * @param storage on a disk, as the content of a daemon should be
   */
  SickNode(Path folder, Path storage) {
    this.folder = folder;
    this.storage = storage;
    this.scheduler = closer.add(healthyServer());
    this.control = "scheduler: {addresses: ['127.0.0.1:" + scheduler.port() + "']}";
    write(
        "etc/containerd/config.toml",
        """
        version = 2
        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = "/etc/containerd/certs.d"
        """);
  }

  static GrpcServers.Running healthyServer() {
    return GrpcServers.tcp(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty(), List.of());
  }

  /** A port where nobody listens. */
  static int closedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void hasHost(String keys) {
    host = keys;
  }

  void hasControl(String keys) {
    control = keys;
  }

  void stopScheduler() {
    scheduler.close();
  }

  Path config() {
    return write(
        "dfdaemon.yaml",
        """
        host: {%s}
        server: {port: 0, socket: "%s"}
        upload: {port: 0}
        storage: {dir: "%s"}
        metrics: {port: 0}
        proxy: {port: 0}
        %s
        """
            .formatted(host, folder.resolve("d.sock"), storage, control));
  }

  /** Starts the daemon; nothing has come from a peer yet. */
  Dfdaemon startIdleDaemon() {
    Dfdaemon daemon =
        closer.add(Dfdaemon.start(DaemonDefaults.parse(read(config())), DaemonRole.DFDAEMON));
    daemon.describe(new ReadyFile("dfdaemon")).write(readyFile());
    return daemon;
  }

  /** Starts the daemon; something has come from a peer already. */
  Dfdaemon startDaemon() {
    Dfdaemon daemon = startIdleDaemon();
    daemon
        .metrics()
        .counter("dragonfly_dfdaemon_received_bytes", "from", "peer")
        .increment(5 << 20);
    return daemon;
  }

  String proxyOf(Dfdaemon daemon) {
    return "http://127.0.0.1:" + daemon.description().proxyPort();
  }

  /** Points the containerd of the node at a proxy, as 'dfdaemon runtime configure' does. */
  void configureRuntime(String proxy) {
    new RuntimeConfigurator(folder, RuntimeConfigurator.STATE)
        .configure(new RuntimeSettings(List.of("all"), List.of(), false, proxy, false));
  }

  Answer ask(String... options) {
    List<String> words =
        new ArrayList<>(
            List.of("--config", config().toString(), "--root", folder.toString(), "--json"));
    if (Files.exists(readyFile())) {
      words.addAll(List.of("--ready-file", readyFile().toString()));
    }
    boolean isOnNetwork =
        OwnAddress.isForOthers(InetAddress.ofLiteral(OwnAddress.ofThisMachine().detected()));
    assertThat(isOnNetwork).as("this machine has an address besides loopback").isTrue();
    words.addAll(List.of(options));
    return run(words.toArray(String[]::new));
  }

  static Answer run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        DoctorCommand.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            words);
    return new Answer(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Path readyFile() {
    return folder.resolve("ready.json");
  }

  Path write(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}
