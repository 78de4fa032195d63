package dev.dragonfly.manager.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import org.junit.jupiter.api.Test;

final class JsonDocumentTest {
  @Test
  void nothingIsAnEmptyObject() {
    assertThat(JsonDocument.of(null)).isEqualTo(JsonDocument.EMPTY);
    assertThat(JsonDocument.EMPTY.text()).isEqualTo("{}");
  }

  @Test
  void whatIsNoObjectIsRefused() {
    for (String text : new String[] {"[]", "1", "\"x\"", "{", "nonsense"}) {
      assertThatThrownBy(() -> JsonDocument.parse(text))
          .isInstanceOfSatisfying(
              DragonflyException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }

  @Test
  void nullsGoOnEveryLevelAndTheRestStays() {
    JsonDocument document =
        JsonDocument.parse(
            "{\"load_limit\":7,\"block_list\":{\"task\":{\"download\":{\"urls\":null,\"tags\":[\"a\"]}},\"persistent_task\":null}}");
    assertThat(document.withoutNulls().text())
        .isEqualTo(
            "{\"load_limit\":7,\"block_list\":{\"task\":{\"download\":{\"tags\":[\"a\"]}}}}");
  }

  @Test
  void aTextThatOnlySpeaksOfNullIsLeftAlone() {
    JsonDocument document = JsonDocument.parse("{\"idc\":\"null\"}");
    assertThat(document.withoutNulls()).isEqualTo(document);
  }
}
