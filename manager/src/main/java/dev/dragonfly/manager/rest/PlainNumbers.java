package dev.dragonfly.manager.rest;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.util.NumberUtils;

/** Numbers in paths and queries: decimal digits and nothing else; no 0x1, no +1, no blanks. */
final class PlainNumbers implements ConverterFactory<String, Number> {
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,19}");

  @Override
  public <T extends Number> Converter<String, T> getConverter(Class<T> type) {
    return text -> parse(text, type);
  }

  private static <T extends Number> @Nullable T parse(String text, Class<T> type) {
    if (text.isEmpty()) {
      return null;
    }
    if (!DECIMAL.matcher(text).matches()) {
      throw new IllegalArgumentException("no decimal number");
    }
    return NumberUtils.parseNumber(text, type);
  }
}
