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
import org.jspecify.annotations.Nullable;

/**
 * Trust in sources: the authorities of the JDK and those of the configuration; names are checked.
 * Without a file it is made for the first source that needs it, as reading the 150 authorities of
 * the JDK takes a tenth of the time until a daemon serves. Safe for any thread.
 */
final class SourceTls {
  private final Optional<Path> caFile;
  private @Nullable SslContext context;

  /**
   * @throws DragonflyException CONFIG when the file can't be used
   */
  SourceTls(Optional<Path> caFile) {
    this.caFile = caFile;
    if (caFile.isPresent()) {
      context();
    }
  }

  /** The trust; may take 0.1 s, so not on an event loop. */
  synchronized SslContext context() {
    if (context == null) {
      context = make(caFile);
    }
    return context;
  }

  private static SslContext make(Optional<Path> caFile) {
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
