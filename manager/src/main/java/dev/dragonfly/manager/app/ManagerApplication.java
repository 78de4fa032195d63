package dev.dragonfly.manager.app;

import dev.dragonfly.manager.instance.KeepAliveConfig;
import dev.dragonfly.manager.job.JobsConfig;
import dev.dragonfly.manager.rest.WebConfig;
import dev.dragonfly.manager.security.SecurityConfig;
import dev.dragonfly.manager.store.redis.RedisConfig;
import dev.dragonfly.manager.user.AuthConfig;
import java.security.SecureRandom;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.properties.SwaggerUiConfigProperties;
import org.springdoc.core.properties.SwaggerUiOAuthProperties;
import org.springdoc.webmvc.core.configuration.SpringDocWebMvcConfiguration;
import org.springdoc.webmvc.ui.SwaggerConfig;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.persistence.autoconfigure.PersistenceExceptionTranslationAutoConfiguration;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.data.repository.config.BootstrapMode;

/**
 * What Spring puts together: the features of the manager and what they share. The parts of Spring
 * Boot are named one by one, because looking at all of them costs a second at each start.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  ConfigurationPropertiesAutoConfiguration.class,
  LifecycleAutoConfiguration.class,
  JacksonAutoConfiguration.class,
  HttpMessageConvertersAutoConfiguration.class,
  HttpEncodingAutoConfiguration.class,
  TomcatServletWebServerAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  WebMvcAutoConfiguration.class,
  ErrorMvcAutoConfiguration.class,
  ValidationAutoConfiguration.class,
  SecurityAutoConfiguration.class,
  ServletWebSecurityAutoConfiguration.class,
  SecurityFilterAutoConfiguration.class,
  MetricsAutoConfiguration.class,
  ObservationAutoConfiguration.class,
  WebMvcObservationAutoConfiguration.class,
  DataSourceAutoConfiguration.class,
  DataSourcePoolMetricsAutoConfiguration.class,
  DataSourceHealthContributorAutoConfiguration.class,
  JdbcTemplateAutoConfiguration.class,
  JdbcClientAutoConfiguration.class,
  FlywayAutoConfiguration.class,
  HibernateJpaAutoConfiguration.class,
  PersistenceExceptionTranslationAutoConfiguration.class,
  TransactionAutoConfiguration.class,
  SpringDocConfiguration.class,
  SpringDocConfigProperties.class,
  SpringDocWebMvcConfiguration.class,
  SwaggerConfig.class,
  SwaggerUiConfigProperties.class,
  SwaggerUiOAuthProperties.class,
})
@ComponentScan("dev.dragonfly.manager")
@EntityScan("dev.dragonfly.manager")
@EnableJpaRepositories(basePackages = "dev.dragonfly.manager", bootstrapMode = BootstrapMode.LAZY)
class ManagerApplication {
  @Bean
  KeepAliveConfig keepAliveConfig(ManagerConfig config) {
    return config.keepAlive();
  }

  @Bean
  WebConfig webConfig(ManagerConfig config) {
    return config.web();
  }

  @Bean
  RedisConfig redisConfig(ManagerConfig config) {
    return config.redis();
  }

  @Bean
  JobsConfig jobsConfig(ManagerConfig config) {
    return config.jobs();
  }

  @Bean
  AuthConfig authConfig(ManagerConfig config) {
    return config.auth();
  }

  @Bean
  SecurityConfig securityConfig(ManagerConfig config) {
    return config.security();
  }

  /**
   * Hibernate reads the entities on a thread of its own while the web is put together, with which
   * it shares nothing; whoever needs it first waits for it, and gets its failure.
   */
  @Bean
  AsyncTaskExecutor bootstrapExecutor() {
    return new SimpleAsyncTaskExecutor("hibernate-start-");
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }
}
