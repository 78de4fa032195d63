package dev.dragonfly.manager.oauth;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.config.oauth2.client.CommonOAuth2Provider;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserRequest;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.web.client.RestClientException;

/** One provider: where it asks people, and whom it says they are. Blocks on the network. */
public final class Provider {
  private static final String GITHUB_AUTHORIZATION = "https://github.com/login/oauth/authorize";
  private static final String GOOGLE_AUTHORIZATION = "https://accounts.google.com/o/oauth2/v2/auth";

  private final ClientRegistration registration;
  private final String redirectUrl;
  private final String authorizationUrl;

  private Provider(ClientRegistration registration, String redirectUrl, String authorizationUrl) {
    this.registration = registration;
    this.redirectUrl = redirectUrl;
    this.authorizationUrl = authorizationUrl;
  }

  /**
   * The provider of a row.
   *
   * @param githubUrl a GitHub server of one's own, whose paths are those of GitHub Enterprise
   */
  public static Provider of(OauthRow row, @Nullable String githubUrl) {
    boolean github = row.name().equals("github");
    ClientRegistration.Builder builder =
        (github ? CommonOAuth2Provider.GITHUB : CommonOAuth2Provider.GOOGLE)
            .getBuilder(row.name())
            .clientId(row.clientId())
            .clientSecret(row.clientSecret())
            .redirectUri(row.redirectUrl());
    boolean own = github && githubUrl != null;
    if (own) {
      builder
          .tokenUri(githubUrl + "/login/oauth/access_token")
          .userInfoUri(githubUrl + "/api/v3/user");
    }
    ClientRegistration registration =
        (github
                ? builder.scope("user", "public_repo")
                : builder.scope(
                    "https://www.googleapis.com/auth/userinfo.email",
                    "https://www.googleapis.com/auth/userinfo.profile"))
            .build();
    String authorizationUrl = github ? GITHUB_AUTHORIZATION : GOOGLE_AUTHORIZATION;
    return new Provider(
        registration,
        row.redirectUrl(),
        own ? githubUrl + "/login/oauth/authorize" : authorizationUrl);
  }

  /** Where somebody is sent who wants to sign in. */
  public String authorizationUrl(String state) {
    return request(state).getAuthorizationRequestUri();
  }

  /**
   * Who came back with a code.
   *
   * @throws DragonflyException UNAVAILABLE when the provider does not answer, UNAUTHENTICATED when
   *     it does not know the code
   */
  public Person person(String code, String state) {
    try {
      OAuth2AuthorizationResponse response =
          OAuth2AuthorizationResponse.success(code).redirectUri(redirectUrl).state(state).build();
      OAuth2AccessToken token =
          new RestClientAuthorizationCodeTokenResponseClient()
              .getTokenResponse(
                  new OAuth2AuthorizationCodeGrantRequest(
                      registration, new OAuth2AuthorizationExchange(request(state), response)))
              .getAccessToken();
      return Person.of(
          new DefaultOAuth2UserService()
              .loadUser(new OAuth2UserRequest(registration, token))
              .getAttributes());
    } catch (OAuth2AuthorizationException | OAuth2AuthenticationException e) {
      throw failed(e, unreachable(e));
    }
  }

  private DragonflyException failed(RuntimeException e, boolean unreachable) {
    return new DragonflyException(
        unreachable ? ErrorCode.INTERNAL : ErrorCode.UNAUTHENTICATED,
        "tried to sign in with " + registration.getRegistrationId() + ", got no account",
        e);
  }

  private static boolean unreachable(Throwable e) {
    return e.getCause() instanceof RestClientException;
  }

  private OAuth2AuthorizationRequest request(String state) {
    return OAuth2AuthorizationRequest.authorizationCode()
        .authorizationUri(authorizationUrl)
        .clientId(registration.getClientId())
        .redirectUri(redirectUrl)
        .scopes(registration.getScopes())
        .state(state)
        .build();
  }

  /** Somebody as a provider knows him; what it does not tell is empty. */
  public record Person(String name, String email, String avatar) {
    static Person of(Map<String, Object> attributes) {
      String login = text(attributes, "login");
      return new Person(
          login.isEmpty() ? text(attributes, "name") : login,
          text(attributes, "email"),
          text(attributes, attributes.containsKey("avatar_url") ? "avatar_url" : "picture"));
    }

    private static String text(Map<String, Object> attributes, String name) {
      return attributes.get(name) instanceof String text ? text : "";
    }
  }
}
