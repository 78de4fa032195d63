package dev.dragonfly.manager.user;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.security.SecretFile;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes the account {@code root} at the first start, with the given password or one that nobody
 * else has.
 */
@Component
public final class RootAccount {
  private static final Logger LOG = LoggerFactory.getLogger(RootAccount.class);
  private static final String NAME = "root";

  /** Without letters and digits that look alike. */
  private static final String ALPHABET =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

  private static final int PASSWORD_LENGTH = 24;

  private final UserStore users;
  private final AuthConfig config;
  private final PasswordEncoder passwords;
  private final SecureRandom random;
  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final Time time;

  RootAccount(
      UserStore users,
      AuthConfig config,
      PasswordEncoder passwords,
      SecureRandom random,
      JdbcClient jdbc,
      TransactionOperations transactions,
      Time time) {
    this.users = users;
    this.config = config;
    this.passwords = passwords;
    this.random = random;
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.time = time;
  }

  /**
   * Does nothing when the account exists. The password is in the file before the account is stored,
   * so an account without a known password cannot come to be. A given one is written nowhere.
   *
   * @throws DragonflyException CONFIG when the file cannot be written
   */
  public void createIfNone() {
    if (users.findByName(NAME).isPresent()) {
      return;
    }
    Optional<String> given = Optional.ofNullable(config.rootPassword()).map(Secret::reveal);
    String password = given.orElseGet(this::newPassword);
    String encrypted = passwords.encode(password);
    transactions.executeWithoutResult(status -> {
      int rows =
          jdbc.sql(
                  """
                  WITH account AS (
                      INSERT INTO users (created_at, updated_at, name, encrypted_password)
                      VALUES (:now, :now, :name, :encrypted) ON CONFLICT (name) DO NOTHING
                      RETURNING id)
                  INSERT INTO user_roles (user_id, role) SELECT id, 'root' FROM account
                  """)
              .param("now", Timestamp.from(time.now()))
              .param("name", NAME)
              .param("encrypted", encrypted)
              .update();
      if (rows == 1 && given.isEmpty()) {
        SecretFile.write(
            config.passwordFile().toAbsolutePath(),
            password,
            "the password of the new account root",
            "auth.passwordFile");
        LOG.info("account created name={} passwordFile={}", NAME, config.passwordFile());
      } else if (rows == 1) {
        LOG.info("account created name={} password=auth.rootPassword", NAME);
      }
    });
  }

  private String newPassword() {
    StringBuilder password = new StringBuilder(PASSWORD_LENGTH);
    for (int i = 0; i < PASSWORD_LENGTH; i++) {
      password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }
}
