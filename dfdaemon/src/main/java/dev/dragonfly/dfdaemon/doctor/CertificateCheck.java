package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.net.Authorities;
import dev.dragonfly.common.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Whether authorities can be read, and vouch for the registries that are configured. */
public record CertificateCheck(Patient patient, Time time) implements Check {
  private static final Duration SOON = Duration.ofDays(30);
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int HTTPS = 443;

  @Override
  public String name() {
    return "certificates";
  }

  @Override
  public Diagnosis examine() {
    Diagnoses diagnoses = new Diagnoses();
    Optional<Path> caFile = patient.trust().caFile();
    caFile.ifPresent(file -> diagnoses.add(authorities(file)));
    for (String url : patient.trust().registries()) {
      if (url.startsWith("https://")) {
        diagnoses.add(registry(URI.create(url), caFile));
      }
    }
    return diagnoses.isEmpty()
        ? Diagnosis.ok("none are configured: no source.caFile, no registry with an https URL")
        : diagnoses.joined();
  }

  private Diagnosis authorities(Path file) {
    String advice = "write that authority to source.caFile anew, as PEM";
    try (InputStream pem = Files.newInputStream(file)) {
      Diagnoses diagnoses = new Diagnoses();
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        diagnoses.add(age(file.toString(), (X509Certificate) one, advice));
      }
      return diagnoses.isEmpty()
          ? Diagnosis.problem("no certificate is in source.caFile " + file, advice)
          : diagnoses.joined();
    } catch (AccessDeniedException e) {
      return Diagnosis.notChecked(
          "this user may not read source.caFile " + file, "the user of the daemon has to");
    } catch (IOException | GeneralSecurityException e) {
      return Diagnosis.problem("cannot read source.caFile " + file + ": " + e, advice);
    }
  }

  private Diagnosis age(String where, X509Certificate certificate, String advice) {
    Instant now = time.now();
    Instant end = certificate.getNotAfter().toInstant();
    String what = where + ": " + certificate.getSubjectX500Principal().getName();
    if (now.isAfter(end)) {
      return Diagnosis.problem(what + " expired at " + end, advice);
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return Diagnosis.problem(
          what + " is valid only from " + certificate.getNotBefore().toInstant(),
          "is the clock of this machine right?");
    }
    return now.plus(SOON).isAfter(end)
        ? Diagnosis.warning(what + " expires at " + end, advice)
        : Diagnosis.ok(where + " is valid until " + end);
  }

  /** As the daemon would connect: who vouches for it, and whether that is its name. */
  private Diagnosis registry(URI url, Optional<Path> caFile) {
    String authority = url.getHost() + ":" + (url.getPort() < 0 ? HTTPS : url.getPort());
    try (Socket plain = new Socket()) {
      int port = url.getPort() < 0 ? HTTPS : url.getPort();
      plain.connect(new InetSocketAddress(url.getHost(), port), PATIENCE_MILLIS);
      plain.setSoTimeout(PATIENCE_MILLIS);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null, caFile.isEmpty() ? null : Authorities.with(caFile.get()).getTrustManagers(), null);
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, url.getHost(), port, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return age(
            authority,
            (X509Certificate) socket.getSession().getPeerCertificates()[0],
            "renew the certificate of that registry");
      }
    } catch (SSLException e) {
      return Diagnosis.problem(
          "the certificate of " + authority + " is refused: " + e.getMessage(),
          "name its authority in source.caFile, and call it by a name that its certificate has");
    } catch (IOException | GeneralSecurityException e) {
      return Diagnosis.warning(
          "the registry " + authority + " cannot be reached: " + e,
          "compare its url under proxy.registries in " + patient.config());
    }
  }
}
