package dev.dragonfly.common.joblist;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * JSON as Go reads and writes it: durations are nanoseconds, absent and null are nothing, unknown
 * names are ignored.
 */
final class JobJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addSerializer(new DurationWriter())
                  .addDeserializer(Duration.class, new DurationReader()))
          .build();

  private JobJson() {}

  static String write(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  static ObjectNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * @throws DragonflyException INVALID_ARGUMENT; without the text, which may hold secrets
   */
  static <T> T read(String json, Class<T> type) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value != null) {
        return value;
      }
    } catch (JacksonException e) {
      throw broken(type, where(e));
    }
    throw broken(type, "null");
  }

  static <T> List<T> readList(String json, Class<T> type) {
    try {
      List<T> list =
          MAPPER.readValue(json, MAPPER.getTypeFactory().constructCollectionType(List.class, type));
      return list == null ? List.of() : List.copyOf(list);
    } catch (JacksonException e) {
      throw broken(type, where(e));
    } catch (NullPointerException e) {
      throw broken(type, "null in a list");
    }
  }

  /** What Jackson says of it would quote it. */
  private static String where(JacksonException e) {
    return e.getClass().getSimpleName() + " at column " + e.getLocation().getColumnNr();
  }

  private static DragonflyException broken(Class<?> type, String got) {
    return new DragonflyException(
        ErrorCode.INVALID_ARGUMENT,
        "tried to read " + type.getSimpleName() + " of the job list, got: " + got);
  }

  private static final class DurationWriter extends StdSerializer<Duration> {
    DurationWriter() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator json, SerializationContext context) {
      json.writeNumber(value.toNanos());
    }
  }

  private static final class DurationReader extends StdDeserializer<Duration> {
    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser json, DeserializationContext context) {
      return Duration.ofNanos(json.getLongValue());
    }
  }
}
