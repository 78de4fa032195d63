package dev.dragonfly.dfdaemon.doctor;

import com.sun.net.httpserver.HttpServer;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.dfdaemon.host.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Daemons as a test needs them: nothing of one is there that the test does not name. */
final class Patients {
  private Patients() {}

  static Patient at(String ip, Patient.Ports ports) {
    return new Patient(
        Path.of("/etc/dragonfly/dfdaemon.yaml"),
        machine(ip, HostType.NORMAL),
        Path.of("/nowhere/dfdaemon.sock"),
        Path.of("/nowhere"),
        ports,
        new Patient.Control(Optional.empty(), List.of()),
        new Patient.Trust(Optional.empty(), List.of()));
  }

  static Patient withMetrics(int port) {
    return at("127.0.0.1", ports(port, 1, 1));
  }

  static Patient seed(Patient of) {
    return new Patient(
        of.config(),
        machine(of.machine().ip(), HostType.SUPER_SEED),
        of.socket(),
        of.storage(),
        of.ports(),
        of.control(),
        of.trust());
  }

  static Patient storing(Path folder) {
    Patient of = withMetrics(1);
    return new Patient(
        of.config(), of.machine(), of.socket(), folder, of.ports(), of.control(), of.trust());
  }

  static Patient trusting(Optional<Path> caFile, String... registries) {
    Patient of = withMetrics(1);
    return new Patient(
        of.config(),
        of.machine(),
        of.socket(),
        of.storage(),
        of.ports(),
        of.control(),
        new Patient.Trust(caFile, List.of(registries)));
  }

  static Patient asking(HostAndPort... schedulers) {
    Patient of = withMetrics(1);
    return new Patient(
        of.config(),
        of.machine(),
        of.socket(),
        of.storage(),
        of.ports(),
        new Patient.Control(Optional.empty(), List.of(schedulers)),
        of.trust());
  }

  static Patient.Ports ports(int metrics, int grpc, int piece) {
    return new Patient.Ports(
        Optional.of(new HostAndPort("127.0.0.1", grpc)),
        Optional.of(new HostAndPort("127.0.0.1", piece)),
        Optional.of(new HostAndPort("127.0.0.1", metrics)),
        Optional.empty(),
        true);
  }

  private static Machine machine(String ip, HostType type) {
    return new Machine(
        new HostId(ip + "-node"), type, "node", ip, Optional.empty(), Optional.empty(), 0);
  }

  /** A server on loopback that answers each path with this text. */
  static HttpServer serving(String text) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Metrics of a daemon with these lines more. */
  static String metrics(String... lines) {
    return "dragonfly_dfdaemon_pieces_total 0.0\n" + String.join("\n", lines) + "\n";
  }
}
