package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Walks the table of routes, so that a new one cannot be open or unknown to roles by accident. */
@ExtendWith(RunningManager.Extension.class)
final class RouteTableTest {
  private static final Set<String> OPEN =
      Set.of(
          "GET /healthy",
          "POST /api/v1/users/signin",
          "POST /api/v1/users/signup",
          "POST /api/v1/users/signout",
          "POST /api/v1/users/refresh_token",
          "POST /api/v1/users/{id}/reset_password",
          "GET /api/v1/users/signin/{name}",
          "GET /api/v1/users/signin/{name}/callback",
          "GET /v3/api-docs",
          "GET /v3/api-docs.yaml",
          "GET /v3/api-docs/swagger-config",
          "GET /swagger-ui.html");

  private final RunningManager running;
  private final HttpClient http = HttpClient.newHttpClient();

  RouteTableTest(RunningManager running) {
    this.running = running;
  }

  @AfterEach
  void close() {
    http.close();
  }

  @Test
  void withoutATokenEveryRouteButTheOpenOnesIs401() throws IOException, InterruptedException {
    Set<String> routes = routes();
    assertThat(routes).hasSizeGreaterThan(80);
    for (String route : routes) {
      if (!OPEN.contains(route)) {
        assertThat(status(route, "")).as(route).isEqualTo(401);
        assertThat(status(route, "nonsense")).as(route + " with nonsense").isEqualTo(401);
      }
    }
  }

  @Test
  void everyRouteOfSessionsIsOneThatPermissionsAreAbout() throws Exception {
    List<String> objects =
        running
            .bean(JdbcClient.class)
            .sql("SELECT object FROM role_permissions WHERE role = 'root' AND action = '*'")
            .query(String.class)
            .list();
    for (String route : routes()) {
      String path = route.split(" ")[1];
      if (path.startsWith("/api/v1/")) {
        String group = path.split("/")[3];
        assertThat(objects).as(route).contains(group.equals("figures") ? "clusters" : group);
      }
    }
  }

  private Set<String> routes() {
    Set<String> routes = new TreeSet<>();
    for (RequestMappingInfo info :
        running.bean(RequestMappingHandlerMapping.class).getHandlerMethods().keySet()) {
      for (String pattern : info.getPatternValues()) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        for (RequestMethod method : methods.isEmpty() ? Set.of(RequestMethod.GET) : methods) {
          if (!pattern.equals("/error")) {
            routes.add(method + " " + pattern);
          }
        }
      }
    }
    return routes;
  }

  private int status(String route, String token) throws IOException, InterruptedException {
    String[] parts = route.split(" ");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(running.restUrl() + parts[1].replaceAll("\\{\\w+}", "1")))
            .timeout(Duration.ofSeconds(20))
            .method(parts[0], HttpRequest.BodyPublishers.noBody());
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
  }
}
