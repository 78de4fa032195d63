package dev.dragonfly.manager.setting;

import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How long old rows are kept, as the setting {@code gc} says it, which the console edits. */
@Component
public final class Retention {
  private final SettingStore store;

  Retention(SettingStore store) {
    this.store = store;
  }

  /** How long rows of a kind are kept; empty where the setting does not say it. */
  public Optional<Duration> of(String kind) {
    return store.findByName("gc").map(SettingRow::value).flatMap(value -> read(value, kind));
  }

  private static Optional<Duration> read(String value, String kind) {
    try {
      JsonNode nanos = JsonMapper.shared().readTree(value).path(kind).path("ttl");
      return nanos.isIntegralNumber() && nanos.asLong() > 0
          ? Optional.of(Duration.ofNanos(nanos.asLong()))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }
}
