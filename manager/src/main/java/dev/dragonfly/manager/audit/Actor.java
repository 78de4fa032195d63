package dev.dragonfly.manager.audit;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Who acts in a request.
 *
 * @param type USER with a session, PAT with a personal access token, UNKNOWN without either
 */
public record Actor(String type, String name) {
  static final Actor UNKNOWN = new Actor("UNKNOWN", "unknown");
  private static final String ATTRIBUTE = Actor.class.getName();

  /** Somebody with a session. */
  public static Actor user(String name) {
    return new Actor("USER", name);
  }

  /** Somebody with a token of this name. */
  public static Actor token(String name) {
    return new Actor("PAT", name);
  }

  /** Notes it on the request, for the audit at its end. */
  public void actsIn(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  static Actor of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof Actor actor ? actor : UNKNOWN;
  }
}
