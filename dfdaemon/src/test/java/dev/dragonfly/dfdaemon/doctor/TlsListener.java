package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A registry of which only the certificate matters; that is for localhost and 127.0.0.1. */
final class TlsListener implements AutoCloseable {
  private final SSLServerSocket socket;
  private final Path caFile;

  private TlsListener(SSLServerSocket socket, Path caFile) {
    this.socket = socket;
    this.caFile = caFile;
    Threads.daemon("tls-listener", this::accept);
  }

  static TlsListener start(Path folder) throws Exception {
    Path caFile = TestCertificates.create(folder, "registry").caFile();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("registry.p12"))) {
      keys.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    // On all addresses: 127.0.0.2 is the same machine by a name that its certificate has not.
    return new TlsListener(
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.ofLiteral("0.0.0.0")),
        caFile);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try (SSLSocket client = (SSLSocket) socket.accept()) {
        client.startHandshake();
      } catch (IOException e) {
        // Refused by the client, or closed.
      }
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  Path caFile() {
    return caFile;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
