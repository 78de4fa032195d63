package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.error.ErrorCode;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a failed call to Redis means; pure. */
final class RedisErrors {
  /**
   * Prefixes with which a server says that it cannot at the moment: it is full, a replica, still
   * reading its file, busy with another script. Inside of a script the prefix follows a dash.
   */
  private static final Pattern PASSING =
      Pattern.compile(
          "(^|\\s-|:\\s*-)(OOM|LOADING|READONLY|MISCONF|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN"
              + "|NOREPLICAS|OVERLOADED)\\b");

  private static final Pattern REFUSED_LOGIN =
      Pattern.compile("WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password", Pattern.CASE_INSENSITIVE);

  private RedisErrors() {}

  /** Kinds of errors, as the metric names them. */
  enum Kind {
    /** No connection, or no answer in time. */
    UNREACHABLE,
    /** The server answered that it cannot now, because it is full for example. */
    REFUSED,
    /** The server does not understand us; asking again does not help. */
    FAULT
  }

  static Kind kind(Throwable cause) {
    if (!(cause instanceof RedisCommandExecutionException)) {
      return Kind.UNREACHABLE;
    }
    return PASSING.matcher(String.valueOf(cause.getMessage())).find() ? Kind.REFUSED : Kind.FAULT;
  }

  /** Only what passes is worth being tried again. */
  static ErrorCode code(Kind kind) {
    return kind == Kind.FAULT ? ErrorCode.INTERNAL : ErrorCode.UNAVAILABLE;
  }

  /** What the server says when it does not let us in; absent when that is not the reason. */
  static Optional<String> loginRefusal(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (REFUSED_LOGIN.matcher(message).lookingAt()) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }

  /** Whether the connection was closed before the login was answered. */
  static boolean closedAtLogin(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("closed prematurely")) {
        return true;
      }
    }
    return false;
  }
}
