package dev.dragonfly.common.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** With the configuration that the services have: one event is one line, whatever it quotes. */
final class LogLinesTest {
  private static final String FORGED = "2026-01-01T00:00:00.000Z INFO  Login [main] root logged in";

  @Test
  void aMessageStaysOneLine() {
    String line =
        written("task failed url=http://a/\r\n" + FORGED + "\u001b[31m\u2028\u0085", null);

    assertThat(line).endsWith("url=http://a/__" + FORGED + "_[31m__\n").containsOnlyOnce("\n");
  }

  @Test
  void aTextWithoutControlsStaysAsItIs() {
    assertThat(written("task done url=http://a/\u00fc{}[]\\n", null))
        .endsWith("task done url=http://a/\u00fc{}[]\\n\n");
  }

  @Test
  void theMessageOfAnExceptionCannotBeginALineAndItsTraceIsWhole() {
    Exception cause = new IllegalStateException("cause\n" + FORGED);
    String text = written("failed", new IllegalArgumentException("bad\r\n" + FORGED, cause));

    assertThat(text.lines()).noneMatch(line -> line.startsWith("2026-01-01"));
    assertThat(text.lines().skip(1).findFirst())
        .hasValueSatisfying(first ->
            assertThat(first).isEqualTo("java.lang.IllegalArgumentException: bad__" + FORGED));
    assertThat(text.lines())
        .anyMatch(line -> line.startsWith("\tat " + LogLinesTest.class.getName()))
        .anyMatch(
            line -> line.equals("Caused by: java.lang.IllegalStateException: cause_" + FORGED));
    assertThat(text).endsWith("\n");
  }

  private static String written(String message, @Nullable Throwable thrown) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
    LoggingEvent event = new LoggingEvent("here", root, Level.WARN, message, thrown, new Object[0]);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
