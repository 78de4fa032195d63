package dev.dragonfly.manager.user;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.row.RowChanges;
import org.springframework.stereotype.Component;

/** New accounts: they get the role guest, with which one can look. */
@Component
final class SignUps {
  private final UserStore users;
  private final Roles roles;
  private final RowChanges changes;
  private final AuthConfig config;

  SignUps(UserStore users, Roles roles, RowChanges changes, AuthConfig config) {
    this.users = users;
    this.roles = roles;
    this.changes = changes;
    this.config = config;
  }

  /**
   * Makes an account.
   *
   * @throws DragonflyException PERMISSION_DENIED where nobody may sign up
   */
  UserRow create(String name, String email, String encryptedPassword, Profile profile) {
    if (!config.signUp()) {
      throw new DragonflyException(ErrorCode.PERMISSION_DENIED, "signing up is switched off");
    }
    return store(name, email, encryptedPassword, profile);
  }

  /** The account of somebody whom a provider vouches for. */
  UserRow store(String name, String email, String encryptedPassword, Profile profile) {
    UserRow row = new UserRow(name, email, encryptedPassword);
    profile.applyTo(row);
    return changes.create(users, row, stored -> roles.give(stored.id(), Roles.GUEST));
  }
}
