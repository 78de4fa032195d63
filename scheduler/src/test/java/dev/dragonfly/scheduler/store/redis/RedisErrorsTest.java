package dev.dragonfly.scheduler.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.scheduler.store.redis.RedisErrors.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisErrorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "OOM command not allowed when used memory > 'maxmemory'. script: f1, on @user_script:3.",
        "ERR Error running script (call to f_1): @user_script:12: @user_script: 12: -OOM command not"
            + " allowed when used memory > 'maxmemory'.",
        "LOADING Redis is loading the dataset in memory",
        "READONLY You can't write against a read only replica.",
        "NOREPLICAS Not enough good replicas to write.",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist",
      })
  void whatPassesIsTriedAgain(String message) {
    assertThat(RedisErrors.kind(new RedisCommandExecutionException(message)))
        .isEqualTo(Kind.REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERR Error running script (call to f_1): @user_script:3: attempt to index a nil value",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR value of task BUSY-OOM is not an integer",
      })
  void aFaultIsNot(String message) {
    assertThat(RedisErrors.kind(new RedisCommandExecutionException(message))).isEqualTo(Kind.FAULT);
  }

  @Test
  void aRefusedLoginIsFoundBehindTheConnectionThatItEnded() {
    Throwable wrong =
        new RedisConnectionException(
            "Unable to connect", new RedisCommandExecutionException("WRONGPASS invalid pair"));
    assertThat(RedisErrors.loginRefusal(wrong)).contains("WRONGPASS invalid pair");
    assertThat(RedisErrors.loginRefusal(new RedisConnectionException("refused"))).isEmpty();
    assertThat(RedisErrors.kind(wrong)).isEqualTo(Kind.UNREACHABLE);
  }
}
