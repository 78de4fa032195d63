package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trust in sources: the authorities of the JDK and those of the configuration; names are checked.
 */
final class SourceTls {
  private SourceTls() {}

  static SslContext context(Optional<Path> caFile) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
      if (caFile.isPresent()) {
        builder.trustManager(trusting(caFile.get()));
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot use source.caFile " + caFile.map(Path::toString).orElse("") + ": " + e,
          e);
    }
  }

  private static TrustManagerFactory trusting(Path caFile)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    try (InputStream pem = Files.newInputStream(caFile)) {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("configured-" + number++, certificate);
      }
    }
    TrustManagerFactory jdk =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    jdk.init((KeyStore) null);
    X509TrustManager known = (X509TrustManager) jdk.getTrustManagers()[0];
    for (X509Certificate certificate : known.getAcceptedIssuers()) {
      store.setCertificateEntry("jdk-" + number++, certificate);
    }
    TrustManagerFactory both =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    both.init(store);
    return both;
  }
}
