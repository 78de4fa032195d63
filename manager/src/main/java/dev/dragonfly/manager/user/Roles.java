package dev.dragonfly.manager.user;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.row.RowChanges;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who has which role, and what a role may do; each change is one statement and acts at once. Blocks
 * on the database: call from a virtual thread.
 */
@Component
public final class Roles {
  static final String ROOT = "root";
  static final String GUEST = "guest";

  /** The action of those who may do all. */
  static final String ANY = "*";

  /** The action of looking. */
  static final String READ = "read";

  /** What permissions are about: the groups of paths. */
  static final List<String> OBJECTS =
      List.of(
          "applications",
          "audits",
          "clusters",
          "configs",
          "jobs",
          "oauth",
          "peers",
          "permissions",
          "persistent-cache-tasks",
          "personal-access-tokens",
          "roles",
          "scheduler-clusters",
          "scheduler-features",
          "schedulers",
          "seed-peer-clusters",
          "seed-peers",
          "users");

  private final JdbcClient jdbc;

  Roles(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether one of the roles of an account allows it. */
  boolean allow(long userId, String object, String action) {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM user_roles u JOIN role_permissions p ON p.role = u.role
                WHERE u.user_id = :user AND p.object = :object AND p.action IN ('*', :action))
            """)
        .param("user", userId)
        .param("object", object)
        .param("action", action)
        .query(Boolean.class)
        .single();
  }

  List<String> of(long userId) {
    return jdbc.sql("SELECT role FROM user_roles WHERE user_id = :user ORDER BY role")
        .param("user", userId)
        .query(String.class)
        .list();
  }

  /**
   * Gives a role.
   *
   * @return false when the account has it
   * @throws DragonflyException NOT_FOUND when there is no such role: it would be given by whoever
   *     makes it later
   */
  boolean give(long userId, String role) {
    if (permissions(role).isEmpty()) {
      throw RowChanges.notFound();
    }
    return jdbc.sql(
                "INSERT INTO user_roles (user_id, role) VALUES (:user, :role) ON CONFLICT DO NOTHING")
            .param("user", userId)
            .param("role", role)
            .update()
        == 1;
  }

  /**
   * Takes a role.
   *
   * @return false when the account has it not
   */
  boolean take(long userId, String role) {
    return jdbc.sql("DELETE FROM user_roles WHERE user_id = :user AND role = :role")
            .param("user", userId)
            .param("role", role)
            .update()
        == 1;
  }

  List<String> names() {
    return jdbc.sql("SELECT role FROM role_permissions GROUP BY role ORDER BY min(id)")
        .query(String.class)
        .list();
  }

  /** What a role may do, oldest first. */
  List<Permission> permissions(String role) {
    return jdbc.sql("SELECT object, action FROM role_permissions WHERE role = :role ORDER BY id")
        .param("role", role)
        .query((row, n) -> new Permission(row.getString(1), row.getString(2)))
        .list();
  }

  /**
   * Allows something to a role, which need not exist.
   *
   * @return false when it was allowed
   */
  boolean allow(String role, Permission permission) {
    return jdbc.sql(
                """
                INSERT INTO role_permissions (role, object, action) VALUES (:role, :object, :action)
                ON CONFLICT DO NOTHING
                """)
            .param("role", role)
            .param("object", permission.object())
            .param("action", permission.action())
            .update()
        == 1;
  }

  /**
   * Allows something no longer.
   *
   * @return false when it was not allowed
   */
  boolean refuse(String role, Permission permission) {
    keepRoot(role);
    return jdbc.sql(
                """
                DELETE FROM role_permissions
                WHERE role = :role AND object = :object AND action = :action
                """)
            .param("role", role)
            .param("object", permission.object())
            .param("action", permission.action())
            .update()
        == 1;
  }

  /**
   * Removes a role, also from those who have it.
   *
   * @return false when there is none
   */
  boolean remove(String role) {
    keepRoot(role);
    return jdbc.sql(
                """
                WITH gone AS (DELETE FROM user_roles WHERE role = :role)
                DELETE FROM role_permissions WHERE role = :role
                """)
            .param("role", role)
            .update()
        > 0;
  }

  /** Without it nobody could put it right again. */
  private static void keepRoot(String role) {
    if (role.equals(ROOT)) {
      throw new DragonflyException(
          ErrorCode.ALREADY_EXISTS, "the role root keeps all its permissions");
    }
  }

  /** What may be done: an action on a group of paths. */
  record Permission(String object, String action) {}
}
