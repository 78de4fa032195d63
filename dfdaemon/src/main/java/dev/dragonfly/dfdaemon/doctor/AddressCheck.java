package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.net.OwnAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Whether the address that the daemon tells others is its own and leads to its ports.
 *
 * @param own what this machine has
 * @param isAloneHere whether all of the cluster is on this machine, so that loopback is right
 */
public record AddressCheck(Patient patient, Vitals vitals, OwnAddress own, boolean isAloneHere)
    implements Check {
  private static final int PATIENCE_MILLIS = 2_000;
  private static final String START = "process_start_time_seconds";

  @Override
  public String name() {
    return "address";
  }

  @Override
  public Diagnosis examine() {
    String text = patient.machine().ip();
    Optional<InetAddress> parsed = Cidr.address(text);
    if (parsed.isEmpty()) {
      return Diagnosis.problem("others are told '" + text + "', which is no address", advice());
    }
    InetAddress address = parsed.get();
    boolean isLocal = isAloneHere && address.isLoopbackAddress();
    if (!isLocal && !OwnAddress.isForOthers(address)) {
      return Diagnosis.problem(
          "others are told " + text + ", which on their machines is not this one", advice());
    }
    if (!vitals.isAlive()) {
      return Vitals.notRunning();
    }
    return reached(address, isLocal || own.isOwn(address));
  }

  private String advice() {
    String better = own.detected();
    return OwnAddress.isForOthers(InetAddress.ofLiteral(better))
        ? "set host.ip: %s in %s, or leave it out: it is the address of the default route"
            .formatted(better, patient.config())
        : "set host.ip in " + patient.config() + " to an address that others have a route to";
  }

  private Diagnosis reached(InetAddress address, boolean isOwn) {
    Optional<HostAndPort> piece = patient.ports().piece();
    Optional<HostAndPort> grpc = patient.ports().grpc();
    if (piece.isEmpty() || grpc.isEmpty()) {
      return Diagnosis.notChecked(
          "upload.port or server.port is 0, so it is not known which ports others are told",
          "name the ready file of the daemon with --ready-file");
    }
    String whose = isOwn ? "" : "; it is no address of an interface here";
    for (HostAndPort port : List.of(piece.get(), grpc.get())) {
      Optional<String> failure = dial(address, port.port());
      if (failure.isPresent()) {
        boolean isPiece = port.equals(piece.get());
        return Diagnosis.problem(
            "others are told %s, where nobody can be reached: %s%s"
                .formatted(port.text(), failure.get(), whose),
            isOwn
                ? "set %s.ip: 0.0.0.0 in %s, or look at the firewall"
                    .formatted(isPiece ? "upload" : "server", patient.config())
                : advice());
      }
    }
    return isOwn ? Diagnosis.ok("others reach " + piece.get().text()) : behind(address);
  }

  /** Not ours: right behind an address translation, wrong when it is that of another host. */
  Diagnosis behind(InetAddress address) {
    OptionalDouble here =
        vitals.page().map(page -> page.value(START, "")).orElse(OptionalDouble.empty());
    OptionalDouble there = OptionalDouble.empty();
    Optional<HostAndPort> metrics = patient.ports().metrics();
    if (metrics.isPresent()
        && HttpReply.get(
                new HostAndPort(address.getHostAddress(), metrics.get().port()),
                "/metrics",
                Vitals.PATIENCE)
            instanceof HttpReply.Answer answer) {
      there = new MetricsPage(answer.body()).value(START, "");
    }
    String told = "others are told " + address.getHostAddress();
    if (here.isEmpty() || there.isEmpty()) {
      return Diagnosis.warning(
          told + ", which is no address of an interface here; who answers there is not known",
          "if there is no address translation: " + advice());
    }
    return here.equals(there)
        ? Diagnosis.ok(told + ", which leads here by an address translation")
        : Diagnosis.problem(told + ", where another daemon answers", advice());
  }

  private static Optional<String> dial(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
