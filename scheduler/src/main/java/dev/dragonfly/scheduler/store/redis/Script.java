package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The scripts, each of which touches the keys of one hash tag only. */
enum Script {
  ENTER,
  PEER_PUT,
  PEER_DROP,
  COMMIT,
  HOLD,
  HEAL,
  LEARN,
  PIECES,
  LOOK,
  BLAME,
  SEED,
  SLOT,
  HOST_PUT,
  HOST_SILENT,
  HELD,
  HOSTS,
  HEALTH;

  @SuppressWarnings("ImmutableEnumChecker") // Never given away, only copies of it.
  private final byte[] text;

  private final String sha;

  Script() {
    byte[] prelude = resource("prelude");
    byte[] body = resource(name().toLowerCase(java.util.Locale.ROOT));
    byte[] whole = new byte[prelude.length + body.length];
    System.arraycopy(prelude, 0, whole, 0, prelude.length);
    System.arraycopy(body, 0, whole, prelude.length, body.length);
    this.text = whole;
    this.sha = sha1(whole);
  }

  byte[] text() {
    return text.clone();
  }

  String sha() {
    return sha;
  }

  private static byte[] resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("no script " + name + ".lua on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(byte[] bytes) {
    return HexFormat.of().formatHex(Digest.Algorithm.SHA1.hasher().digest(bytes));
  }

  @Override
  public String toString() {
    return new String(text, StandardCharsets.UTF_8);
  }
}
