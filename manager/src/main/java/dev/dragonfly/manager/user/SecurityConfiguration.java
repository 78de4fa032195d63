package dev.dragonfly.manager.user;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;

/**
 * Who may call what: signing in, the health check, the API description and the pages are open, the
 * rest needs a session, and to change anything the role {@code root}. Cross-site requests cannot
 * use a session because its cookie is SameSite=Lax.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  private static final String ROOT = "root";
  private static final String[] OPEN = {
    "/",
    "/index.html",
    "/favicon.svg",
    "/healthy",
    "/swagger-ui.html",
    "/swagger-ui/**",
    "/v3/api-docs",
    "/v3/api-docs/**"
  };
  private static final int BCRYPT_COST = 10;

  @Bean
  PasswordEncoder passwordEncoder() {
    return new BCryptPasswordEncoder(BCRYPT_COST);
  }

  @Bean
  SecurityFilterChain securityFilterChain(
      HttpSecurity http, SessionTokens tokens, UserStore users) {
    return http.csrf(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .addFilterBefore(
            new SessionFilter(tokens, users), UsernamePasswordAuthenticationFilter.class)
        .authorizeHttpRequests(requests ->
            requests
                .requestMatchers(
                    HttpMethod.POST,
                    "/api/v1/users/signin",
                    "/api/v1/users/signout",
                    "/api/v1/users/refresh_token")
                .permitAll()
                .requestMatchers(HttpMethod.GET, "/api/**")
                .authenticated()
                .requestMatchers("/api/**")
                .hasAuthority(ROOT)
                .requestMatchers(HttpMethod.GET, OPEN)
                .permitAll()
                .dispatcherTypeMatchers(DispatcherType.ERROR)
                .permitAll()
                .anyRequest()
                .authenticated())
        .exceptionHandling(failures ->
            failures
                .authenticationEntryPoint((request, response, e) -> {
                  response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "JWT realm=Dragonfly");
                  refuse(response, "Unauthorized");
                })
                .accessDeniedHandler((request, response, e) -> refuse(response, "permission deny")))
        .build();
  }

  private static void refuse(HttpServletResponse response, String message) throws IOException {
    response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response
        .getOutputStream()
        .write(("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8));
  }
}
