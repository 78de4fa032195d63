package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.Authorities;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

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
        builder.trustManager(Authorities.with(caFile.get()));
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot use source.caFile " + caFile.map(Path::toString).orElse("") + ": " + e,
          e);
    }
  }
}
