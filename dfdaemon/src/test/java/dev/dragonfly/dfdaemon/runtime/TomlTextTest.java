package dev.dragonfly.dfdaemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class TomlTextTest {
  private static final Path FILE = Path.of("/a.toml");

  @Test
  void aBracketInsideAValueBeginsNoTable() {
    List<String> lines =
        List.of(
            "a = [\n",
            "  [1, 2], # ]\n",
            "[3],\n",
            "]\n",
            "b = \"\"\"\n",
            "[no]\n",
            "\\\"\"\" ]\n",
            "\"\"\"\n",
            "c = '[' # \"\"\"\n",
            "[yes]\n",
            "  [[also]]\n",
            "d = { e = [\n",
            "[0]]}\n");

    boolean[] headers = TomlText.headers(lines);

    for (int i = 0; i < headers.length; i++) {
      assertThat(headers[i]).as(lines.get(i)).isEqualTo(i == 9 || i == 10);
    }
  }

  @Test
  void whatIsWrittenReadsAsTheSame() {
    ObjectNode table =
        TomlText.parse(
            """
            x = "a\\"b\\\\c\\n"
            f = 1.5
            when = true
            list = [1, "two", {three = 3}]
            [plugins."io.containerd".'a b']
            y = 'raw\\path'
            [plugins.empty]
            """,
            FILE);

    ObjectNode again = TomlText.parse(TomlText.write("top", table), FILE);

    assertThat(again.path("top")).isEqualTo(table);
  }

  @Test
  void linesTogetherAreTheText() {
    for (String text : List.of("", "\n", "a", "a\n\nb", "a\r\nb\r\n")) {
      assertThat(String.join("", TomlText.lines(text))).isEqualTo(text);
    }
  }

  @Test
  void whatIsNotTomlIsNamedWithItsLine() {
    assertThatThrownBy(() -> TomlText.parse("a = 1\nb = [\n", FILE))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("/a.toml is not TOML at line");
  }
}
