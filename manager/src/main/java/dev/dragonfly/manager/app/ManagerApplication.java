package dev.dragonfly.manager.app;

import dev.dragonfly.manager.instance.KeepAliveConfig;
import dev.dragonfly.manager.user.AuthConfig;
import java.security.SecureRandom;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/** What Spring puts together: the features of the manager and what they share. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = UserDetailsServiceAutoConfiguration.class)
@ComponentScan("dev.dragonfly.manager")
@EntityScan("dev.dragonfly.manager")
@EnableJpaRepositories("dev.dragonfly.manager")
class ManagerApplication {
  @Bean
  KeepAliveConfig keepAliveConfig(ManagerConfig config) {
    return config.keepAlive();
  }

  @Bean
  AuthConfig authConfig(ManagerConfig config) {
    return config.auth();
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }
}
