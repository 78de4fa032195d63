package dev.dragonfly.dfdaemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class UnifiedDiffTest {
  @Test
  void changesFarApartAreTwoHunksWithThreeLinesAround() {
    String before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
    String after = before.replace("1\n2\n", "1\ntwo\n").replace("11\n", "11\nnew\n");

    assertThat(UnifiedDiff.of("/f", Optional.of(before), Optional.of(after)))
        .isEqualTo(
            """
            --- /f
            +++ /f
            @@ -1,5 +1,5 @@
             1
            -2
            +two
             3
             4
             5
            @@ -9,4 +9,5 @@
             9
             10
             11
            +new
             12
            """);
  }

  @Test
  void aNewFileComesFromNothing() {
    assertThat(UnifiedDiff.of("/f", Optional.empty(), Optional.of("a\n")))
        .isEqualTo("--- /dev/null\n+++ /f\n@@ -0,0 +1,1 @@\n+a\n");
  }

  @Test
  void aLineWithoutEndIsMarked() {
    assertThat(UnifiedDiff.of("/f", Optional.of("a"), Optional.empty()))
        .isEqualTo("--- /f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n\\ No newline at end of file\n");
  }
}
