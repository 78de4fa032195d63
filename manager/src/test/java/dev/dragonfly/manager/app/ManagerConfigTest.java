package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.registry.ResolverConfig;
import dev.dragonfly.common.testing.ConfigReference;
import dev.dragonfly.manager.instance.KeepAliveConfig;
import dev.dragonfly.manager.job.JobsConfig;
import dev.dragonfly.manager.rest.WebConfig;
import dev.dragonfly.manager.security.SecurityConfig;
import dev.dragonfly.manager.store.redis.RedisConfig;
import dev.dragonfly.manager.user.AuthConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ManagerConfigTest {
  @Test
  void theReferenceLoadsSaysTheDefaultsAndNamesEveryKey() {
    ConfigReference.check(ManagerConfig.DEFAULTS, ManagerConfig.class);
  }

  /** Literals, so that who changes the page by accident is told. */
  @Test
  void whatAFileDoesNotSayIsWhatThePageSays() {
    ManagerConfig config = parse("");
    assertThat(config.server()).isEqualTo(new ServerConfig("0.0.0.0", 8080, 65003));
    assertThat(config.web()).isEqualTo(new WebConfig(List.of(), List.of(), false));
    assertThat(config.database())
        .isEqualTo(
            new DatabaseConfig(
                null, "127.0.0.1", 5432, "manager", "manager", null, 10, Duration.ofSeconds(60)));
    assertThat(config.auth())
        .isEqualTo(
            new AuthConfig(
                Path.of("/var/lib/dragonfly/manager/root-password"),
                null,
                null,
                Duration.ofDays(2),
                Duration.ofDays(30),
                true,
                null));
    assertThat(config.security())
        .isEqualTo(
            new SecurityConfig(
                Optional.empty(), Path.of("/var/lib/dragonfly/manager/join-token"), false));
    assertThat(config.keepAlive())
        .isEqualTo(
            new KeepAliveConfig(
                Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofDays(30)));
    assertThat(config.redis()).isEqualTo(new RedisConfig(null, null, null, 0, 1, 2));
    assertThat(config.preheat())
        .isEqualTo(
            new ResolverConfig(List.of(), List.of(), Optional.empty(), Duration.ofSeconds(25)));
    assertThat(config.jobs())
        .isEqualTo(new JobsConfig(16, Duration.ofSeconds(30), 100, Duration.ofDays(1)));
    assertThat(config.metrics().port()).isEqualTo(8000);
  }

  @Test
  void everyKeyArrivesWhereItBelongs() {
    ManagerConfig config =
        parse(
            """
            server: {ip: 127.0.0.1, restPort: 0, grpcPort: 7}
            web: {corsOrigins: ['https://c'], trustedProxies: [10.0.0.1], metrics: true}
            database: {host: db, port: 1, name: n, user: u, password: p, pool: 3, startupWait: 250ms}
            auth: {passwordFile: /p, rootPassword: a-root-password, jwtKey: a-key-of-32-bytes-or-a-few-more--, sessionDuration: 1h, signInDuration: 2h, signUp: false, githubUrl: 'https://g'}
            security: {joinToken: 0123456789abcdef0123456789abcdef, joinTokenFile: /t, mixed: true}
            keepAlive: {interval: 1s, timeout: 3s, forgetAfter: 1d}
            jobs: {workers: 2, lease: 7s, listeners: 3, syncPeersInterval: 2h}
            redis: {address: 'r:1', username: a, password: b, database: 2, brokerDatabase: 4, backendDatabase: 5}
            preheat: {allow: [127.0.0.0/8], deny: [10.0.0.1], caFile: /ca, timeout: 5s}
            metrics: {port: 9}
            """);
    assertThat(config.server()).isEqualTo(new ServerConfig("127.0.0.1", 0, 7));
    assertThat(config.database().jdbcUrl()).isEqualTo("jdbc:postgresql://db:1/n");
    assertThat(config.database().user()).isEqualTo("u");
    assertThat(config.database().secret()).isEqualTo("p");
    assertThat(config.database().pool()).isEqualTo(3);
    assertThat(config.database().startupWait()).isEqualTo(Duration.ofMillis(250));
    assertThat(config.auth().passwordFile()).isEqualTo(Path.of("/p"));
    assertThat(config.auth().rootPassword())
        .isNotNull()
        .extracting(Secret::reveal)
        .isEqualTo("a-root-password");
    assertThat(config.auth().jwtKey())
        .isNotNull()
        .extracting(Secret::reveal)
        .isEqualTo("a-key-of-32-bytes-or-a-few-more--");
    assertThat(config.auth().sessionDuration()).isEqualTo(Duration.ofHours(1));
    assertThat(config.auth().signInDuration()).isEqualTo(Duration.ofHours(2));
    assertThat(config.auth().signUp()).isFalse();
    assertThat(config.auth().githubUrl()).isEqualTo("https://g");
    assertThat(config.web().metrics()).isTrue();
    assertThat(config.web().corsOrigins()).containsExactly("https://c");
    assertThat(config.web().trustedProxies()).containsExactly("10.0.0.1");
    assertThat(config.keepAlive().forgetAfter()).isEqualTo(Duration.ofDays(1));
    assertThat(config.security().joinToken()).isPresent();
    assertThat(config.security().joinTokenFile()).isEqualTo(Path.of("/t"));
    assertThat(config.security().mixed()).isTrue();
    assertThat(config.keepAlive().interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.keepAlive().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.redis().address()).isEqualTo("r:1");
    assertThat(config.redis().username()).isEqualTo("a");
    assertThat(config.redis().password()).isNotNull().extracting(Secret::reveal).isEqualTo("b");
    assertThat(config.redis().database()).isEqualTo(2);
    assertThat(config.redis().brokerDatabase()).isEqualTo(4);
    assertThat(config.redis().backendDatabase()).isEqualTo(5);
    assertThat(config.preheat())
        .isEqualTo(
            new ResolverConfig(
                List.of("127.0.0.0/8"),
                List.of("10.0.0.1"),
                Optional.of(Path.of("/ca")),
                Duration.ofSeconds(5)));
    assertThat(config.metrics().port()).isEqualTo(9);
    assertThat(config.jobs())
        .isEqualTo(new JobsConfig(2, Duration.ofSeconds(7), 3, Duration.ofHours(2)));
  }

  @Test
  void aUrlStandsForHostPortAndNameAndItsOptionsAreNotShown() {
    ManagerConfig config =
        parse("database: {url: 'jdbc:postgresql://db/x?password=secret', host: other}");
    assertThat(config.database().jdbcUrl()).isEqualTo("jdbc:postgresql://db/x?password=secret");
    assertThat(config.database().address()).isEqualTo("jdbc:postgresql://db/x");
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(
            parse(
                    "{database: {password: hidden1}, auth: {jwtKey: hidden2-hidden2-hidden2-hidden2-}, security: {joinToken: hidden3-hidden3-hidden3-hidden3-}}")
                .toString())
        .doesNotContain("hidden");
  }

  @Test
  void theTokenIsWrittenBesideThePasswordUnlessItIsConfigured() {
    assertThat(parse("auth: {passwordFile: /p/root}").security().madeUpTokenFile())
        .contains(Path.of("/p/join-token"));
    assertThat(
            parse("security: {joinToken: 0123456789abcdef0123456789abcdef}")
                .security()
                .madeUpTokenFile())
        .isEmpty();
  }

  @Test
  void aKeyThatCouldBeGuessedIsRefused() {
    for (String yaml :
        new String[] {
          "auth: {jwtKey: only-31-bytes-in-this-key------}", "security: {joinToken: x}"
        }) {
      assertThatThrownBy(() -> parse(yaml))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("32");
    }
    assertThatThrownBy(() -> parse("auth: {sessionDuration: 31d}"))
        .hasMessageContaining("signInDuration");
  }

  @Test
  void anUnknownKeyAndAnImpossibleValueFail() {
    assertThatThrownBy(() -> parse("server: {rest: 1}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("server.rest");
    assertThatThrownBy(() -> parse("jobs: {lease: 1s}")).hasMessageContaining("lease");
    assertThatThrownBy(() -> parse("jobs: {workers: 0}")).hasMessageContaining("workers");
    assertThatThrownBy(() -> parse("keepAlive: {interval: 20s}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("keepAlive");
    for (String yaml :
        new String[] {"preheat: {timeout: 0s}", "preheat: {allow: [a]}", "preheat: {deny: [b]}"}) {
      assertThatThrownBy(() -> parse(yaml))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("preheat");
    }
  }

  private static ManagerConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, "test", ManagerConfig.DEFAULTS, ManagerConfig.class);
  }
}
