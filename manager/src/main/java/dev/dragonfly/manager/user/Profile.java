package dev.dragonfly.manager.user;

import static dev.dragonfly.manager.rest.RowChange.given;

import dev.dragonfly.manager.rest.RowChange;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What somebody says about himself. */
record Profile(
    @Nullable @Size(max = 256) String email,
    @Nullable @Size(max = 256) String phone,
    @Nullable @Size(max = 256) String avatar,
    @Nullable @Size(max = 256) String location,
    @Nullable @Size(max = 256) String bio)
    implements RowChange<UserRow> {
  @Override
  public void applyTo(UserRow row) {
    given(email, row::setEmail);
    given(phone, row::setPhone);
    given(avatar, row::setAvatar);
    given(location, row::setLocation);
    given(bio, row::setBio);
  }
}
