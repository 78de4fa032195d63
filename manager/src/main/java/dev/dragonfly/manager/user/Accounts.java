package dev.dragonfly.manager.user;

import java.util.Optional;
import org.springframework.security.authentication.InternalAuthenticationServiceException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** Who may sign in with which password; an unknown name takes as long as a wrong password. */
@Component
final class Accounts implements UserDetailsService {
  private final UserStore users;
  private final DaoAuthenticationProvider provider;

  Accounts(UserStore users, PasswordEncoder passwords) {
    this.users = users;
    this.provider = new DaoAuthenticationProvider(this);
    provider.setPasswordEncoder(passwords);
  }

  /** The account of this name; empty unless the password is right and the account enabled. */
  Optional<UserRow> signedIn(String name, String password) {
    try {
      provider.authenticate(UsernamePasswordAuthenticationToken.unauthenticated(name, password));
      return users.findByName(name);
    } catch (InternalAuthenticationServiceException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    } catch (AuthenticationException e) {
      return Optional.empty();
    }
  }

  @Override
  public UserDetails loadUserByUsername(String name) {
    UserRow row =
        users.findByName(name).orElseThrow(() -> new UsernameNotFoundException("no such account"));
    return User.withUsername(row.name())
        .password(row.encryptedPassword())
        .disabled(!row.isEnabled())
        .authorities(new String[0])
        .build();
  }
}
