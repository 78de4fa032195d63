package dev.dragonfly.manager.user;

import dev.dragonfly.manager.user.Roles.Permission;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Roles and permissions over REST. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "roles")
final class RoleController {
  private final Roles roles;

  RoleController(Roles roles) {
    this.roles = roles;
  }

  @GetMapping("/permissions")
  @Operation(summary = "List all that can be allowed")
  List<Permission> permissions() {
    return Roles.OBJECTS.stream()
        .flatMap(object ->
            Stream.of(new Permission(object, Roles.ANY), new Permission(object, Roles.READ)))
        .toList();
  }

  @GetMapping("/roles")
  @Operation(summary = "List the roles")
  List<String> list() {
    return roles.names();
  }

  @PostMapping("/roles")
  @Operation(summary = "Allow something to a role; makes it if need be")
  void create(@RequestBody @Valid NewRole role) {
    role.permissions().forEach(allowed -> roles.allow(role.role(), allowed.permission()));
  }

  @GetMapping("/roles/{role}")
  @Operation(summary = "Show what a role may do, as triples of role, object and action")
  List<List<String>> get(@PathVariable @Size(max = 256) String role) {
    return roles.permissions(role).stream()
        .map(permission -> List.of(role, permission.object(), permission.action()))
        .toList();
  }

  @DeleteMapping("/roles/{role}")
  @Operation(summary = "Remove a role; 404 when there is none")
  ResponseEntity<Void> remove(@PathVariable @Size(max = 256) String role) {
    return UserController.empty(roles.remove(role), HttpStatus.NOT_FOUND);
  }

  @PostMapping("/roles/{role}/permissions")
  @Operation(summary = "Allow something to a role; 409 when it is allowed")
  ResponseEntity<Void> allow(
      @PathVariable @Size(max = 256) String role, @RequestBody @Valid Allowed allowed) {
    return UserController.empty(roles.allow(role, allowed.permission()), HttpStatus.CONFLICT);
  }

  @DeleteMapping("/roles/{role}/permissions")
  @Operation(summary = "Allow something no longer; 404 when it is not allowed")
  ResponseEntity<Void> refuse(
      @PathVariable @Size(max = 256) String role, @RequestBody @Valid Allowed allowed) {
    return UserController.empty(roles.refuse(role, allowed.permission()), HttpStatus.NOT_FOUND);
  }

  /** A role and what it may do. */
  record NewRole(
      @NotEmpty @Size(max = 256) String role, @NotNull List<@NotNull @Valid Allowed> permissions) {}

  /** Something that a role may do. */
  record Allowed(
      @NotEmpty @Size(max = 256) String object,
      @NotNull @Pattern(regexp = "read|\\*", message = "must be read or *") String action) {
    Permission permission() {
      return new Permission(object, action);
    }
  }
}
