package dev.dragonfly.common.manager;

import dev.dragonfly.common.config.Secret;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** What a scheduler or seed peer shows the manager so that it may join. Never printed. */
public final class JoinToken {
  /** Where it travels. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("x-dragonfly-join-token", Metadata.ASCII_STRING_MARSHALLER);

  private static final int SHORTEST = 32;
  private static final int LONGEST = 512;

  private final String text;

  private JoinToken(String text) {
    this.text = text;
  }

  /**
   * The token of a configuration, which calls this by its name.
   *
   * @throws IllegalArgumentException when nobody could have meant it; says what is expected
   */
  public static JoinToken of(Secret secret) {
    String text = secret.reveal();
    boolean printable = text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!printable || text.length() < SHORTEST || text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a join token is %d to %d printable ASCII characters without spaces, got %d characters"
              .formatted(SHORTEST, LONGEST, text.length()));
    }
    return new JoinToken(text);
  }

  /** Whether this is what was shown; takes the same time for every wrong one of a length. */
  public boolean matches(String shown) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.US_ASCII), shown.getBytes(StandardCharsets.UTF_8));
  }

  /** Shows it with every call. */
  public ClientInterceptor shown() {
    Metadata headers = new Metadata();
    headers.put(KEY, text);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  @Override
  public String toString() {
    return "(join token)";
  }
}
