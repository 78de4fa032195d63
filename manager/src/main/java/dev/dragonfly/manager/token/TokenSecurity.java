package dev.dragonfly.manager.token;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.rest.ApiSecurity;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;

/** {@code /oapi} takes personal access tokens and nothing else. */
@Configuration(proxyBeanMethods = false)
class TokenSecurity {
  @Bean
  @Order(2)
  SecurityFilterChain personalAccessTokens(HttpSecurity http, TokenStore store, Time time) {
    return ApiSecurity.stateless(http)
        .securityMatcher("/oapi/**")
        .addFilterBefore(new TokenFilter(store, time), UsernamePasswordAuthenticationFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .exceptionHandling(failures ->
            failures.authenticationEntryPoint((request, response, e) ->
                ApiSecurity.refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "Unauthorized")))
        .build();
  }
}
