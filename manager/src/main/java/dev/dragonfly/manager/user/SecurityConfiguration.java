package dev.dragonfly.manager.user;

import static dev.dragonfly.manager.rest.ApiSecurity.refuse;
import static dev.dragonfly.manager.rest.ApiSecurity.stateless;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderNotFoundException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Who may call what. Signing in, the health check, the API description and the pages are open and
 * never look at a token; all the rest needs a session whose roles allow it. Cross-site requests
 * cannot use a session because its cookie is SameSite=Lax.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  private static final int BCRYPT_COST = 10;
  private static final String CHALLENGE = "JWT realm=Dragonfly";
  private static final List<String> OPEN_PAGES =
      List.of(
          "/",
          "/index.html",
          "/favicon.svg",
          "/healthy",
          "/swagger",
          "/swagger/**",
          "/swagger-ui.html",
          "/swagger-ui/**",
          "/v3/api-docs",
          "/v3/api-docs.yaml",
          "/v3/api-docs/**",
          "/api/v1/users/signin/{name}",
          "/api/v1/users/signin/{name}/callback");
  private static final List<String> OPEN_CALLS =
      List.of(
          "/api/v1/users/signin",
          "/api/v1/users/signup",
          "/api/v1/users/signout",
          "/api/v1/users/refresh_token",
          "/api/v1/users/{id}/reset_password");

  @Bean
  PasswordEncoder passwordEncoder() {
    return new BCryptPasswordEncoder(BCRYPT_COST);
  }

  /** No account of its own making, which Spring Boot would add otherwise. */
  @Bean
  AuthenticationManager authenticationManager() {
    return authentication -> {
      throw new ProviderNotFoundException("sessions and tokens are checked by their filters");
    };
  }

  @Bean
  @Order(1)
  SecurityFilterChain open(HttpSecurity http) {
    return stateless(http)
        .securityMatcher(open())
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  @Bean
  @Order(3)
  SecurityFilterChain sessions(
      HttpSecurity http, SessionTokens tokens, UserStore users, RoleCheck roles) {
    return stateless(http)
        .oauth2ResourceServer(server ->
            server
                .bearerTokenResolver(request -> SessionCookie.token(request).orElse(null))
                .jwt(jwt ->
                    jwt.decoder(tokens).jwtAuthenticationConverter(token -> caller(token, users)))
                .authenticationEntryPoint(SecurityConfiguration::challenge))
        .authorizeHttpRequests(requests ->
            requests
                .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD)
                .permitAll()
                .requestMatchers("/api/**")
                .access(roles)
                .anyRequest()
                .authenticated())
        .exceptionHandling(failures ->
            failures
                .authenticationEntryPoint(SecurityConfiguration::challenge)
                .accessDeniedHandler((request, response, e) -> deny(request, response)))
        .build();
  }

  private static RequestMatcher open() {
    List<RequestMatcher> matchers = new ArrayList<>();
    PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
    for (String page : OPEN_PAGES) {
      matchers.add(paths.matcher(HttpMethod.GET, page));
      matchers.add(paths.matcher(HttpMethod.HEAD, page));
    }
    // Which methods a path has says the API description too.
    matchers.add(paths.matcher(HttpMethod.OPTIONS, "/**"));
    OPEN_CALLS.forEach(call -> matchers.add(paths.matcher(HttpMethod.POST, call)));
    return new OrRequestMatcher(matchers);
  }

  private static AbstractAuthenticationToken caller(Jwt token, UserStore users) {
    Session session = SessionTokens.session(token);
    UserRow user =
        users
            .findById(session.userId())
            .filter(UserRow::isEnabled)
            .orElseThrow(() -> new InvalidBearerTokenException("no such account"));
    return UsernamePasswordAuthenticationToken.authenticated(
        new Caller(user.id(), user.name()), token, List.of());
  }

  /** Nobody is signed in. Who only wanted a page is sent to the console, where he can. */
  private static void challenge(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
      throws IOException {
    String path = request.getRequestURI();
    if (request.getMethod().equals(HttpMethod.GET.name())
        && !path.startsWith("/api/")
        && !path.startsWith("/oapi/")) {
      response.setStatus(HttpServletResponse.SC_MOVED_PERMANENTLY);
      response.setHeader(HttpHeaders.LOCATION, "/");
      return;
    }
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "Unauthorized");
  }

  /** Existing clients expect 401 for what is not allowed; what is not there is 404. */
  private static void deny(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (Roles.OBJECTS.contains(RoleCheck.object(request))) {
      refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "permission deny");
    } else {
      refuse(response, HttpServletResponse.SC_NOT_FOUND, "Not Found");
    }
  }
}
