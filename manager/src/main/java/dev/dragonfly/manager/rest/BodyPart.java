package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import jakarta.validation.Validator;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a part of a body whose form another part of the body says. */
@Component
public final class BodyPart {
  private final JsonMapper json;
  private final Validator validator;

  BodyPart(JsonMapper json, Validator validator) {
    this.json = json;
    this.validator = validator;
  }

  /**
   * The part as a valid record.
   *
   * @param name of the part in the body
   * @throws DragonflyException INVALID_ARGUMENT saying what is wrong where
   */
  public <T> T read(JsonNode part, Class<T> type, String name) {
    T value;
    try {
      value = json.treeToValue(part, type);
    } catch (JacksonException e) {
      String path = Words.path(e.getPath());
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          name + (path.isEmpty() ? "" : "." + path) + ": " + RestErrors.reason(e),
          e);
    }
    String wrong =
        validator.validate(value).stream()
            .map(violation ->
                name
                    + "."
                    + Words.snakeCase(violation.getPropertyPath().toString())
                    + ": "
                    + violation.getMessage())
            .sorted()
            .collect(Collectors.joining("; "));
    if (!wrong.isEmpty()) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, wrong);
    }
    return value;
  }
}
