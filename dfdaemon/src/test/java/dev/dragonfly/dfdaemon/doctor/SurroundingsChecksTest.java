package dev.dragonfly.dfdaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.testing.TestCertificates;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.Time;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the daemon needs: schedulers, clocks, a disk, certificates, a containerd. */
@Timeout(60)
final class SurroundingsChecksTest {
  @TempDir Path folder;

  @Test
  void aSchedulerThatIsNotServingIsNamedBesideThoseThatAre() {
    try (GrpcServers.Running good = server();
        GrpcServers.Running bad = server()) {
      bad.health().setStatus("", ServingStatus.NOT_SERVING);

      Diagnosis both = schedulers(good, bad);
      Diagnosis none = schedulers(bad);

      assertThat(both.verdict()).isEqualTo(Verdict.WARNING);
      assertThat(both.found()).contains("serving: 127.0.0.1:" + good.port());
      assertThat(none.verdict()).isEqualTo(Verdict.PROBLEM);
      assertThat(none.found()).contains("is not serving (it has no Redis");
    }
  }

  @Test
  void withoutManagerAndSchedulersNoneIsConfigured() {
    Diagnosis diagnosis = schedulers();

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(diagnosis.advice()).contains("set manager.address or scheduler.addresses");
  }

  @Test
  void aClockThatIsFarFromThatOfASchedulerIsAProblem() {
    try (GrpcServers.Running scheduler = server()) {
      Patient patient = Patients.asking(new HostAndPort("127.0.0.1", scheduler.port()));
      Time behind = off(Duration.ofSeconds(-90));

      Diagnosis diagnosis = new ClockCheck(new ClusterProbe(patient, behind)).examine();

      assertThat(diagnosis.verdict()).isEqualTo(Verdict.PROBLEM);
      assertThat(diagnosis.found()).contains("s ahead of this machine");
      assertThat(new ClockCheck(new ClusterProbe(patient, SystemTime.INSTANCE)).examine().verdict())
          .isEqualTo(Verdict.OK);
    }
  }

  @ParameterizedTest
  @CsvSource({"100, 0", "95, -4", "101, 0", "105, 3", "40, -59", "160, 58"})
  void skewIsWhatTheWayOfTheAnswerCannotExplain(long theirs, long skew) {
    Instant asked = Instant.ofEpochSecond(100);
    Instant answered = Instant.ofEpochSecond(102);

    assertThat(ClockCheck.skew(asked, answered, Instant.ofEpochSecond(theirs)))
        .isEqualTo(Duration.ofSeconds(skew));
  }

  @Test
  void aDiskHasRoomOrSaysHowMuch() {
    Patient patient = Patients.storing(folder);

    Diagnosis full = new DiskCheck(patient, new DataSize(Long.MAX_VALUE)).examine();

    assertThat(new DiskCheck(patient, new DataSize(1)).examine().verdict())
        .isNotEqualTo(Verdict.PROBLEM);
    assertThat(full.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(full.found()).contains("are free in " + folder);
  }

  @Test
  void aFolderThatIsNotThereYetIsAWarning() {
    Patient patient = Patients.storing(folder.resolve("later"));

    assertThat(new DiskCheck(patient, new DataSize(1)).examine().verdict())
        .isEqualTo(Verdict.WARNING);
  }

  @Test
  void anAuthorityIsWarnedOfBeforeItExpiresAndAProblemAfterwards() throws Exception {
    // They are valid for two days, so they expire soon already.
    Path caFile = TestCertificates.create(folder, "registry").caFile();
    Patient patient = Patients.trusting(Optional.of(caFile));
    Time later = off(Duration.ofDays(3));

    assertThat(new CertificateCheck(patient, SystemTime.INSTANCE).examine().verdict())
        .isEqualTo(Verdict.WARNING);
    assertThat(new CertificateCheck(patient, later).examine().found()).contains("expired at");
  }

  @Test
  void anAuthorityThatIsNoneIsAProblem() throws Exception {
    Path caFile = Files.writeString(folder.resolve("ca.pem"), "not a certificate\n");

    Diagnosis diagnosis =
        new CertificateCheck(Patients.trusting(Optional.of(caFile)), SystemTime.INSTANCE).examine();

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.PROBLEM);
    assertThat(diagnosis.found()).contains("source.caFile " + caFile);
  }

  @Test
  void aRegistryThatNobodyVouchesForIsAProblem() throws Exception {
    try (TlsListener registry = TlsListener.start(folder)) {
      Diagnosis stranger = certificates(Optional.empty(), registry, "localhost");
      Diagnosis known = certificates(Optional.of(registry.caFile()), registry, "localhost");
      Diagnosis misnamed = certificates(Optional.of(registry.caFile()), registry, "127.0.0.2");

      assertThat(stranger.verdict()).isEqualTo(Verdict.PROBLEM);
      assertThat(stranger.found()).contains("the certificate of localhost:");
      assertThat(known.verdict()).isEqualTo(Verdict.WARNING); // it expires soon
      assertThat(misnamed.verdict()).isEqualTo(Verdict.PROBLEM);
    }
  }

  @ParameterizedTest
  @CsvSource({"1.7.22, 1", "v2.1.0, 2"})
  void theVersionOfContainerdIsAskedOfItsProgram(String version, int major) throws Exception {
    Path program = folder.resolve("usr/bin/containerd");
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\necho containerd containerd.io " + version + " abc\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(ContainerdVersion.major(folder)).hasValue(major);
  }

  @Test
  void whoHasNoProgramIsOfAnUnknownVersion() {
    assertThat(ContainerdVersion.major(folder)).isEmpty();
  }

  private static Diagnosis certificates(Optional<Path> caFile, TlsListener registry, String host) {
    Patient patient = Patients.trusting(caFile, "https://" + host + ":" + registry.port());
    return new CertificateCheck(patient, SystemTime.INSTANCE).examine();
  }

  private static Diagnosis schedulers(GrpcServers.Running... servers) {
    Patient patient =
        Patients.asking(
            Arrays.stream(servers)
                .map(server -> new HostAndPort("127.0.0.1", server.port()))
                .toArray(HostAndPort[]::new));
    return new SchedulerCheck(patient, new ClusterProbe(patient, SystemTime.INSTANCE)).examine();
  }

  /** A clock that goes wrong by so much. */
  private static Time off(Duration by) {
    return new Time() {
      @Override
      public Instant now() {
        return SystemTime.INSTANCE.now().plus(by);
      }

      @Override
      public long nanos() {
        return SystemTime.INSTANCE.nanos();
      }
    };
  }

  private static GrpcServers.Running server() {
    return GrpcServers.tcp(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty(), List.of());
  }
}
