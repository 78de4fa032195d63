package dev.dragonfly.manager.app;

import dev.dragonfly.manager.rest.WebConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Spring, Hibernate and the pool are told, from our configuration and from what we found to be
 * fast.
 */
final class SpringProperties {
  /** Buffers of one connection that is in use: headers both ways, socket, body. */
  private static final long CONNECTION_BYTES = 96L << 10;

  private SpringProperties() {}

  static Map<String, Object> of(ManagerConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("spring.application.name", "dragonfly-manager");
    properties.put("server.address", config.server().ip());
    properties.put("server.port", config.server().restPort());
    database(config.database(), properties);
    hibernate(properties);
    web(properties);
    proxies(config.web(), properties);
    return properties;
  }

  private static void database(DatabaseConfig database, Map<String, Object> properties) {
    properties.put("spring.datasource.url", database.jdbcUrl());
    properties.put("spring.datasource.username", database.user());
    properties.put("spring.datasource.password", database.secret());
    properties.put("spring.datasource.hikari.pool-name", "manager-database");
    properties.put("spring.datasource.hikari.maximum-pool-size", database.pool());
    properties.put("spring.datasource.hikari.minimum-idle", 1);
    properties.put("spring.datasource.hikari.connection-timeout", 5_000);
    String source = "spring.datasource.hikari.data-source-properties.";
    properties.put(source + "connectTimeout", 5);
    properties.put(source + "socketTimeout", 30);
    properties.put(source + "tcpKeepAlive", true);
    properties.put(source + "ApplicationName", "dragonfly-manager");
    properties.put("spring.flyway.connect-retries", 0);
  }

  private static void hibernate(Map<String, Object> properties) {
    properties.put("spring.jpa.open-in-view", false);
    properties.put("spring.jpa.hibernate.ddl-auto", "validate");
    properties.put("spring.jpa.bootstrap", "async");
    String hibernate = "spring.jpa.properties.";
    properties.put(hibernate + "hibernate.boot.allow_jdbc_metadata_access", false);
    properties.put(hibernate + "jakarta.persistence.database-product-name", "PostgreSQL");
    properties.put(hibernate + "jakarta.persistence.database-major-version", 15);
    properties.put(hibernate + "hibernate.jdbc.time_zone", "UTC");
    properties.put(hibernate + "hibernate.jdbc.log.errors", false);
    properties.put(hibernate + "hibernate.type.json_format_mapper", "jackson3");
    properties.put(hibernate + "jakarta.persistence.validation.mode", "none");
  }

  private static void web(Map<String, Object> properties) {
    properties.put("spring.threads.virtual.enabled", true);
    properties.put("server.shutdown", "graceful");
    properties.put("spring.lifecycle.timeout-per-shutdown-phase", "2s");
    properties.put("server.tomcat.connection-timeout", "10s");
    properties.put("server.tomcat.max-connections", connections());
    properties.put("server.max-http-request-header-size", "16KB");
    // Read and thrown away, so that who sends too much gets to see the 413.
    properties.put("server.tomcat.max-swallow-size", "64MB");
    properties.put("server.compression.enabled", true);
    properties.put("server.compression.mime-types", "application/json,text/html,text/css");
    properties.put("server.compression.min-response-size", "1KB");
    properties.put("spring.mvc.problemdetails.enabled", false);
    properties.put("springdoc.swagger-ui.path", "/swagger-ui.html");
    properties.put("springdoc.swagger-ui.operations-sorter", "alpha");
    properties.put("springdoc.swagger-ui.enabled", true);
    properties.put("springdoc.api-docs.enabled", true);
    properties.put("springdoc.default-produces-media-type", "application/json");
  }

  /** As many as fit into two fifths of the heap, each with its buffers. */
  private static long connections() {
    long room = Runtime.getRuntime().maxMemory() / 5 * 2 / CONNECTION_BYTES;
    return Math.clamp(room, 200L, 2_000L);
  }

  /** Who calls, and over what, is told by a proxy only where we know the proxy. */
  private static void proxies(WebConfig web, Map<String, Object> properties) {
    if (web.trustedProxies().isEmpty()) {
      properties.put("server.forward-headers-strategy", "none");
      return;
    }
    properties.put("server.forward-headers-strategy", "native");
    properties.put(
        "server.tomcat.remoteip.internal-proxies",
        web.trustedProxies().stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }
}
