package dev.dragonfly.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrorMapperTest {
  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyCodeComesBackWithItsMessage(ErrorCode code) {
    StatusRuntimeException status =
        ErrorMapper.toStatus(new DragonflyException(code, "tried this, got that"));

    DragonflyException back = ErrorMapper.fromStatus(status);

    assertThat(back.code()).isEqualTo(code);
    assertThat(back).hasMessage("tried this, got that").hasCause(status);
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyCodeHasAStatusThatUpstreamKnowsAndNoSuccess(ErrorCode code) {
    assertThat(Status.fromCodeValue(code.grpcCode()).getCode())
        .isNotIn(Status.Code.OK, Status.Code.UNKNOWN);
    assertThat(code.httpStatus()).isBetween(400, 599);
    assertThat(code.exitCode()).isBetween(1, 255);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, INVALID_ARGUMENT",
    "OUT_OF_RANGE, INVALID_ARGUMENT",
    "NOT_FOUND, NOT_FOUND",
    "ALREADY_EXISTS, ALREADY_EXISTS",
    "PERMISSION_DENIED, PERMISSION_DENIED",
    "UNAUTHENTICATED, UNAUTHENTICATED",
    "FAILED_PRECONDITION, FAILED_PRECONDITION",
    "ABORTED, FAILED_PRECONDITION",
    "RESOURCE_EXHAUSTED, RESOURCE_EXHAUSTED",
    "UNAVAILABLE, UNAVAILABLE",
    "DEADLINE_EXCEEDED, DEADLINE_EXCEEDED",
    "CANCELLED, CANCELLED",
    "UNIMPLEMENTED, UNIMPLEMENTED",
    "UNKNOWN, INTERNAL",
    "INTERNAL, INTERNAL",
    "DATA_LOSS, INTERNAL",
  })
  void aStatusOfUpstreamHasACode(Status.Code status, ErrorCode code) {
    assertThat(ErrorMapper.fromStatus(status.toStatus().asRuntimeException()).code())
        .isEqualTo(code);
  }

  @Test
  void aCodeOfANewerVersionFallsBackToTheStatus() {
    Metadata trailers = new Metadata();
    trailers.put(
        Metadata.Key.of("dragonfly-error-code", Metadata.ASCII_STRING_MARSHALLER), "BRAND_NEW");

    assertThat(ErrorMapper.fromStatus(Status.NOT_FOUND.asRuntimeException(trailers)).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void aStatusWithoutADescriptionIsNamed() {
    assertThat(ErrorMapper.fromStatus(Status.UNAVAILABLE.asRuntimeException()))
        .hasMessage("UNAVAILABLE");
  }

  @Test
  void anyThrowableOfACallHasACode() {
    DragonflyException known = new DragonflyException(ErrorCode.NO_SPACE, "full");
    IOException other = new IOException("broken pipe");

    assertThat(ErrorMapper.fromThrowable(known)).isSameAs(known);
    assertThat(ErrorMapper.fromThrowable(Status.NOT_FOUND.asException()).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(ErrorMapper.fromThrowable(Status.NOT_FOUND.asRuntimeException()).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(ErrorMapper.fromThrowable(other))
        .hasMessageContaining("broken pipe")
        .hasCause(other)
        .extracting(DragonflyException::code)
        .isEqualTo(ErrorCode.INTERNAL);
  }
}
