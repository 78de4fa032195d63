package dev.dragonfly.manager.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RequestRulesTest {
  @Test
  void hostnamesAreThoseOfTheRfc() {
    for (String good : new String[] {"a", "node-1", "node-1.example.com", "1a", "x".repeat(63)}) {
      assertThatCode(() -> RequestRules.hostname(good)).doesNotThrowAnyException();
    }
    for (String bad :
        new String[] {
          "", "-a", "a-", "a_b", "a..b", ".a", "a b", "x".repeat(64), "a.".repeat(130)
        }) {
      refused(() -> RequestRules.hostname(bad));
    }
  }

  @Test
  void addressesAreLiteralsOfEitherKind() {
    for (String good : new String[] {"127.0.0.1", "::1", "fd00::7", "::ffff:10.0.0.1"}) {
      assertThatCode(() -> RequestRules.ip(good)).doesNotThrowAnyException();
    }
    for (String bad : new String[] {"", "1", "1.2.3", "256.0.0.1", "localhost", "fe80::1%eth0"}) {
      refused(() -> RequestRules.ip(bad));
    }
    assertThatCode(() -> RequestRules.optionalIp("")).doesNotThrowAnyException();
    refused(() -> RequestRules.optionalIp("nonsense"));
  }

  @Test
  void portsAreFrom1024To65534() {
    assertThatCode(() -> RequestRules.port("port", 1024)).doesNotThrowAnyException();
    assertThatCode(() -> RequestRules.port("port", 65534)).doesNotThrowAnyException();
    refused(() -> RequestRules.port("port", 1023));
    refused(() -> RequestRules.port("port", 65535));
  }

  @Test
  void clustersCountFromOneAndSeedPeersAreSuper() {
    refused(() -> RequestRules.clusterId(0));
    refused(() -> RequestRules.seedPeerType("weak"));
    refused(() -> RequestRules.text("idc", "x".repeat(1025)));
    assertThatCode(() -> RequestRules.text("idc", "x".repeat(1024))).doesNotThrowAnyException();
  }

  @Test
  void whatASchedulerSaysOfItselfIsBounded() {
    refused(() -> RequestRules.text("idc", "a\u0000b"));
    refused(() -> RequestRules.features(Collections.nCopies(17, "f")));
    refused(() -> RequestRules.features(List.of("f".repeat(65))));
    refused(() -> RequestRules.config(ByteString.copyFrom(new byte[65_537])));
    refused(() -> RequestRules.config(ByteString.copyFromUtf8("{\"a\":\"\\u0000\"}")));
    assertThatCode(() -> RequestRules.features(List.of("schedule", "preheat")))
        .doesNotThrowAnyException();
  }

  private static void refused(ThrowingCallable rule) {
    DragonflyException refusal = catchThrowableOfType(DragonflyException.class, rule);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
