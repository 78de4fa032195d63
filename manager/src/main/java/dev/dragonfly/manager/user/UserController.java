package dev.dragonfly.manager.user;

import dev.dragonfly.manager.rest.PageQuery;
import dev.dragonfly.manager.rest.Pages;
import dev.dragonfly.manager.rest.RowFilter;
import dev.dragonfly.manager.row.Match;
import dev.dragonfly.manager.row.RowChanges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Accounts and their roles over REST; they are made by signing up and never removed. */
@RestController
@RequestMapping("/api/v1/users")
@Tag(name = "users")
final class UserController {
  private final UserStore store;
  private final Roles roles;
  private final RowChanges changes;

  UserController(UserStore store, Roles roles, RowChanges changes) {
    this.store = store;
    this.roles = roles;
    this.changes = changes;
  }

  @GetMapping
  @Operation(summary = "List in pages")
  ResponseEntity<List<UserView>> list(
      @Valid @ParameterObject UserFilter filter, @Valid @ParameterObject PageQuery page) {
    return Pages.answer(
        store, filter.specification(), page, rows -> rows.stream().map(UserView::of).toList());
  }

  @GetMapping("/{id}")
  @Operation(summary = "Show one")
  UserView get(@PathVariable @Positive long id) {
    return UserView.of(store.findById(id).orElseThrow(RowChanges::notFound));
  }

  @PatchMapping("/{id}")
  @Operation(summary = "Change what is given; the name stays")
  UserView change(@PathVariable @Positive long id, @RequestBody @Valid Profile profile) {
    return UserView.of(changes.change(store, id, profile::applyTo));
  }

  @GetMapping("/{id}/roles")
  @Operation(summary = "List the roles of an account")
  List<String> roles(@PathVariable @Positive long id) {
    return roles.of(id);
  }

  @PutMapping("/{id}/roles/{role}")
  @Operation(summary = "Give a role to an account; 409 when it has it")
  ResponseEntity<Void> addRole(
      @PathVariable @Positive long id, @PathVariable @Size(max = 256) String role) {
    return empty(roles.give(id, role), HttpStatus.CONFLICT);
  }

  @DeleteMapping("/{id}/roles/{role}")
  @Operation(summary = "Take a role from an account; 404 when it has it not")
  ResponseEntity<Void> removeRole(
      @PathVariable @Positive long id, @PathVariable @Size(max = 256) String role) {
    return empty(roles.take(id, role), HttpStatus.NOT_FOUND);
  }

  static ResponseEntity<Void> empty(boolean done, HttpStatus otherwise) {
    return ResponseEntity.status(done ? HttpStatus.OK : otherwise).build();
  }

  /** Which accounts a list shall show. */
  record UserFilter(
      @Nullable String name,
      @Nullable String email,
      @Nullable String location,
      @Nullable String state)
      implements RowFilter<UserRow> {
    @Override
    public Specification<UserRow> specification() {
      return new Match<UserRow>()
          .equal("name", name)
          .equal("email", email)
          .equal("location", location)
          .equal("state", state)
          .specification();
    }
  }
}
