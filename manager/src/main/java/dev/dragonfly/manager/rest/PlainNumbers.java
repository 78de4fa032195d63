package dev.dragonfly.manager.rest;

import java.beans.PropertyEditorSupport;
import java.util.regex.Pattern;
import org.springframework.util.NumberUtils;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/**
 * Numbers in paths and queries: decimal digits and nothing else; no 0x1, no +1, no blanks. These
 * are editors, because the framework tries its own lenient ones after a converter has refused.
 */
@ControllerAdvice
final class PlainNumbers {
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,19}");

  @InitBinder
  void register(WebDataBinder binder) {
    binder.registerCustomEditor(long.class, new Editor(Long.class));
    binder.registerCustomEditor(Long.class, new Editor(Long.class));
    binder.registerCustomEditor(int.class, new Editor(Integer.class));
    binder.registerCustomEditor(Integer.class, new Editor(Integer.class));
  }

  /** Reads one kind of number. */
  private static final class Editor extends PropertyEditorSupport {
    private final Class<? extends Number> type;

    Editor(Class<? extends Number> type) {
      this.type = type;
    }

    @Override
    public void setAsText(String text) {
      if (text.isEmpty()) {
        setValue(null);
        return;
      }
      if (!DECIMAL.matcher(text).matches()) {
        throw new IllegalArgumentException("no decimal number");
      }
      setValue(NumberUtils.parseNumber(text, type));
    }
  }
}
