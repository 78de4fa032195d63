package dev.dragonfly.manager.user;

import dev.dragonfly.manager.audit.Actor;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.stereotype.Component;

/**
 * Whether the roles of who is signed in allow a request: what it is about is the group of paths,
 * and all but looking needs the action that stands for all. What no permission is about is refused.
 */
@Component
final class RoleCheck implements AuthorizationManager<RequestAuthorizationContext> {
  private static final String PREFIX = "/api/v1/";
  private static final Set<String> LOOKING = Set.of("GET", "HEAD", "OPTIONS");

  private final Roles roles;

  RoleCheck(Roles roles) {
    this.roles = roles;
  }

  @Override
  public @Nullable AuthorizationResult authorize(
      Supplier<? extends @Nullable Authentication> authentication,
      RequestAuthorizationContext context) {
    Authentication known = authentication.get();
    if (known == null || !(known.getPrincipal() instanceof Caller caller)) {
      return new AuthorizationDecision(false);
    }
    HttpServletRequest request = context.getRequest();
    Actor.user(caller.name()).actsIn(request);
    String object = object(request);
    String action = LOOKING.contains(request.getMethod()) ? Roles.READ : Roles.ANY;
    return new AuthorizationDecision(
        Roles.OBJECTS.contains(object) && roles.allow(caller.id(), object, action));
  }

  /** What is shown of clusters, which whoever may look at them may see. */
  private static final Map<String, String> PARTS = Map.of("figures", "clusters");

  /** The group that a path belongs to; empty when it is none of the API. */
  static String object(HttpServletRequest request) {
    String path = request.getServletPath();
    if (!path.startsWith(PREFIX)) {
      return "";
    }
    int end = path.indexOf('/', PREFIX.length());
    String group = end < 0 ? path.substring(PREFIX.length()) : path.substring(PREFIX.length(), end);
    return PARTS.getOrDefault(group, group);
  }
}
