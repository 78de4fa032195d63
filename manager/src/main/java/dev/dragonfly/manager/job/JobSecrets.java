package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.user.SigningKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What a job must know and nobody may read: AES-GCM with a key derived from the signing key, bound
 * to the number of the job so that a row cannot be moved to another. Blocks on the database.
 */
@Component
final class JobSecrets {
  private static final String PURPOSE = "job-secrets";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SigningKey key;
  private final SecureRandom random;
  private final JdbcClient jdbc;

  JobSecrets(SigningKey key, SecureRandom random, JdbcClient jdbc) {
    this.key = key;
    this.random = random;
    this.jdbc = jdbc;
  }

  /** Keeps them until the job ends. */
  void keep(long jobId, JsonDocument secrets) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] text = secrets.text().getBytes(StandardCharsets.UTF_8);
    try {
      jdbc.sql("INSERT INTO job_secrets (job_id, nonce, sealed) VALUES (:job, :nonce, :sealed)")
          .param("job", jobId)
          .param("nonce", nonce)
          .param("sealed", cipher(Cipher.ENCRYPT_MODE, jobId, nonce).doFinal(text))
          .update();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    }
  }

  /**
   * The secrets of a job; the empty document where it has none.
   *
   * @throws DragonflyException FAILED_PRECONDITION when they were sealed with another key
   */
  JsonDocument open(long jobId) {
    Optional<Sealed> sealed =
        jdbc.sql("SELECT nonce, sealed FROM job_secrets WHERE job_id = :job")
            .param("job", jobId)
            .query((row, n) -> new Sealed(row.getBytes(1), row.getBytes(2)))
            .optional();
    if (sealed.isEmpty()) {
      return JsonDocument.EMPTY;
    }
    try {
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, jobId, sealed.get().nonce()).doFinal(sealed.get().text());
      return new JsonDocument(new String(text, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "tried to open the secrets of job %d, got a wrong key (expected that of the manager that made the job; was auth.jwtKey changed?); make the job again"
              .formatted(jobId),
          e);
    }
  }

  void forget(long jobId) {
    jdbc.sql("DELETE FROM job_secrets WHERE job_id = :job").param("job", jobId).update();
  }

  private Cipher cipher(int mode, long jobId, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(
        mode,
        new SecretKeySpec(key.derived(PURPOSE), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(ByteBuffer.allocate(Long.BYTES).putLong(0, jobId).array());
    return cipher;
  }

  /** As it is kept. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sealed(byte[] nonce, byte[] text) {}
}
