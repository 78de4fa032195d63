package dev.dragonfly.manager.rest;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * How bodies are read: types as they are ({@code "3"} is no number, 1.5 no integer), names in any
 * case, unknown names and what follows the first value ignored, all as existing clients expect; and
 * texts without what PostgreSQL cannot keep.
 */
final class StrictJson {
  private StrictJson() {}

  static void apply(JsonMapper.Builder mapper) {
    mapper
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .withCoercionConfig(
            LogicalType.DateTime,
            config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
        .addModule(new SimpleModule("texts").addDeserializer(String.class, new Texts()));
  }

  /** Texts that a column can hold: a NUL is refused, half a surrogate pair replaced. */
  private static final class Texts extends StdScalarDeserializer<String> {
    Texts() {
      super(String.class);
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context)
        throws JacksonException {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        return context.reportInputMismatch(
            String.class, "expected a text, got %s", parser.currentToken());
      }
      String text = parser.getString();
      if (text.indexOf('\0') >= 0) {
        return context.reportInputMismatch(String.class, "a text holds a NUL");
      }
      return wellFormed(text);
    }

    private static String wellFormed(String text) {
      StringBuilder fixed = null;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          i++;
        } else if (Character.isSurrogate(c)) {
          fixed = fixed == null ? new StringBuilder(text) : fixed;
          fixed.setCharAt(i, '\uFFFD');
        }
      }
      return fixed == null ? text : fixed.toString();
    }
  }
}
