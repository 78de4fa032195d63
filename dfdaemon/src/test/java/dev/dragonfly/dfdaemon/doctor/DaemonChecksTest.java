package dev.dragonfly.dfdaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.net.OwnAddress;
import dev.dragonfly.common.net.Routes;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of the daemon itself: configuration, life, peer hits, address. */
@Timeout(30)
final class DaemonChecksTest {
  private final List<HttpServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void aConfigurationThatThisUserMayNotReadIsNotChecked() {
    ConfigException failure =
        new ConfigException("cannot read it", new AccessDeniedException("dfdaemon.yaml"));

    assertThat(examine(new ConfigCheck(Path.of("a"), Optional.of(failure))))
        .isEqualTo(Verdict.NOT_CHECKED);
    assertThat(examine(new ConfigCheck(Path.of("a"), Optional.of(new ConfigException("no key")))))
        .isEqualTo(Verdict.PROBLEM);
  }

  @Test
  void aDaemonWithoutASocketDoesNotRun() {
    Patient patient = Patients.withMetrics(closed());

    Diagnosis diagnosis = new DaemonCheck(patient, new Vitals(patient)).examine();

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(diagnosis.found())
        .isEqualTo("nobody answers at /nowhere/dfdaemon.sock: there is no such file");
    assertThat(diagnosis.advice()).contains("dfdaemon --config /etc/dragonfly/dfdaemon.yaml");
  }

  @ParameterizedTest
  @CsvSource({"peer, OK", "seed, OK", "source, WARNING", "none, WARNING"})
  void bytesFromPeersAndSeedsAreHitsAndThoseFromSourcesAreNot(String from, Verdict verdict) {
    String text =
        Patients.metrics("dragonfly_dfdaemon_received_bytes_total{from=\"" + from + "\"} 2.0E7");
    Patient patient = Patients.withMetrics(serve(text));

    assertThat(examine(new PeerHitCheck(patient, new Vitals(patient)))).isEqualTo(verdict);
  }

  @Test
  void aSeedHasAHitWhenItGaveSomething() {
    Patient given =
        Patients.seed(
            Patients.withMetrics(
                serve(Patients.metrics("dragonfly_dfdaemon_sent_bytes_total 4096.0"))));
    Patient idle = Patients.seed(Patients.withMetrics(serve(Patients.metrics())));

    assertThat(examine(new PeerHitCheck(given, new Vitals(given)))).isEqualTo(Verdict.OK);
    assertThat(examine(new PeerHitCheck(idle, new Vitals(idle)))).isEqualTo(Verdict.WARNING);
  }

  @Test
  void somebodyElseAtThePortOfTheMetricsIsNoLife() {
    Vitals vitals = new Vitals(Patients.withMetrics(serve("node_cpu_seconds_total 1.0\n")));

    assertThat(vitals.isAlive()).isFalse();
    assertThat(vitals.metrics()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.1.1", "169.254.1.2", "0.0.0.0", "fe80::1", "node-7"})
  void whatOnlyThisMachineUnderstandsIsAProblem(String ip) {
    Patient patient = Patients.at(ip, Patients.ports(closed(), closed(), closed()));

    Diagnosis diagnosis =
        new AddressCheck(patient, new Vitals(patient), machineAt("10.0.0.7"), false).examine();

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(diagnosis.advice()).contains("set host.ip: 10.0.0.7");
  }

  @Test
  void portsThatDoNotAnswerAtTheOwnAddressAreAProblem() {
    int metrics = serve(Patients.metrics());
    Patient patient = Patients.at("127.0.0.1", Patients.ports(metrics, metrics, closed()));

    Diagnosis diagnosis =
        new AddressCheck(patient, new Vitals(patient), machineAt("127.0.0.1"), true).examine();

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(diagnosis.found()).contains("where nobody can be reached");
    assertThat(diagnosis.advice()).contains("upload.ip: 0.0.0.0");
  }

  @Test
  void anAddressOfAnotherHostIsToldByWhoAnswersThere() {
    Diagnosis translated = behind(behindAt("1.7E9", "1.7E9"));
    Diagnosis another = behind(behindAt("1.7E9", "1.8E9"));

    assertThat(translated.verdict()).isEqualTo(Verdict.OK);
    assertThat(another.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(another.found()).contains("where another daemon answers");
  }

  /** The second start is that of whoever answers from the second question on. */
  private Patient behindAt(String here, String there) {
    HttpServer server = Patients.serving("");
    servers.add(server);
    server.removeContext("/");
    List<String> starts = new ArrayList<>(List.of(here, there));
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body =
              Patients.metrics("process_start_time_seconds " + starts.removeFirst())
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    int port = server.getAddress().getPort();
    return Patients.at("127.0.0.1", Patients.ports(port, port, port));
  }

  private Diagnosis behind(Patient patient) {
    // Loopback stands for an address outside: the machine has it not among its interfaces.
    AddressCheck check =
        new AddressCheck(patient, new Vitals(patient), machineAt("10.0.0.7"), false);
    assertThat(check.vitals().isAlive()).isTrue();
    return check.behind(InetAddress.ofLiteral("127.0.0.1"));
  }

  private static Verdict examine(Check check) {
    return check.examine().verdict();
  }

  private int serve(String text) {
    HttpServer server = Patients.serving(text);
    servers.add(server);
    return server.getAddress().getPort();
  }

  private static int closed() {
    HttpServer server = Patients.serving("");
    int port = server.getAddress().getPort();
    server.stop(0);
    return port;
  }

  private static OwnAddress machineAt(String ip) {
    return new OwnAddress(
        new Routes() {
          @Override
          public Optional<InetAddress> sourceTo(InetSocketAddress destination) {
            return Optional.of(InetAddress.ofLiteral(ip));
          }

          @Override
          public List<InetAddress> addresses() {
            return List.of(InetAddress.ofLiteral(ip));
          }
        });
  }
}
