package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configurations as they are in the world: each folder has the files {@code before}, the options in
 * {@code args}, and what is expected: the files {@code after} and the {@code remarks}. With {@code
 * -Dcorpus.write=true} the expectations are written anew; read their diff.
 */
final class RuntimeCorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/runtimes");
  private static final String STATE = "/var/lib/dragonfly";

  @TempDir Path root;

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CORPUS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void configureWritesWhatIsExpectedAndSaysWhatItLeft(String name) throws IOException {
    copy(CORPUS.resolve(name).resolve("before"), root);

    Answer answer = run("configure", name);

    if (Boolean.getBoolean("corpus.write")) {
      expect(name, answer);
    }
    assertThat(withoutState(filesIn(root)))
        .isEqualTo(filesIn(CORPUS.resolve(name).resolve("after")));
    assertThat(answer.err()).isEqualTo(Files.readString(CORPUS.resolve(name).resolve("remarks")));
    assertThat(answer.exit()).isEqualTo(answer.err().contains(": refused: ") ? 1 : 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void twiceChangesNothing(String name) throws IOException {
    copy(CORPUS.resolve(name).resolve("before"), root);
    run("configure", name);
    Map<String, String> once = filesIn(root);

    Answer again = run("configure", name);

    assertThat(filesIn(root)).isEqualTo(once);
    assertThat(again.out()).isEqualTo("nothing to change\n");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void revertIsByteIdenticalAndLeavesNoFolder(String name) throws IOException {
    copy(CORPUS.resolve(name).resolve("before"), root);
    Map<String, String> before = filesIn(root);
    run("configure", name);

    Answer reverted = answer("revert", "--root", root.toString());

    assertThat(reverted.exit()).isZero();
    assertThat(filesIn(root)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void dryRunShowsEveryFileAndWritesNone(String name) throws IOException {
    copy(CORPUS.resolve(name).resolve("before"), root);
    Map<String, String> before = filesIn(root);

    Answer preview = run("configure", name, "--dry-run");

    assertThat(filesIn(root)).isEqualTo(before);
    run("configure", name);
    Map<String, String> after = withoutState(filesIn(root));
    after.forEach((file, text) -> {
      if (!file.endsWith("/") && !text.equals(before.get(file))) {
        assertThat(preview.out()).contains("+++ " + file + "\n");
      }
    });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void withoutItsRecordOurPartIsStillKnown(String name) throws IOException {
    copy(CORPUS.resolve(name).resolve("before"), root);
    run("configure", name);
    Map<String, String> once = withoutState(filesIn(root));
    delete(root.resolve("var/lib/dragonfly"));

    run("configure", name);

    assertThat(withoutState(filesIn(root))).isEqualTo(once);
  }

  private record Answer(int exit, String out, String err) {}

  private Answer run(String command, String name, String... more) throws IOException {
    List<String> words = new ArrayList<>(List.of(command, "--root", root.toString()));
    String args = Files.readString(CORPUS.resolve(name).resolve("args")).strip();
    words.addAll(args.isEmpty() ? List.of() : List.of(args.split(" ")));
    words.addAll(List.of(more));
    return answer(words.toArray(String[]::new));
  }

  private static Answer answer(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    NodeCommand none =
        (root, command) -> {
          throw new AssertionError("nothing may be run unless told: " + command);
        };
    int exit =
        new RuntimeCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                none)
            .execute(words);
    return new Answer(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private void expect(String name, Answer answer) throws IOException {
    Path folder = CORPUS.resolve(name);
    delete(folder.resolve("after"));
    copy(root, folder.resolve("after"));
    delete(folder.resolve("after/var/lib/dragonfly"));
    for (String empty : List.of("after/var/lib", "after/var")) {
      Path parent = folder.resolve(empty);
      if (Files.isDirectory(parent) && parent.toFile().list().length == 0) {
        Files.delete(parent);
      }
    }
    Files.writeString(folder.resolve("remarks"), answer.err());
  }

  /** Files with their text and folders, by their paths on the node. */
  private static Map<String, String> filesIn(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        String name = "/" + folder.relativize(path);
        if (Files.isDirectory(path)) {
          files.put(name + "/", "");
        } else {
          files.put(name, Files.readString(path));
        }
      }
    }
    return files;
  }

  private static Map<String, String> withoutState(Map<String, String> files) {
    Map<String, String> rest = new TreeMap<>(files);
    rest.keySet().removeIf(name -> name.startsWith(STATE));
    for (String parent : List.of("/var/lib/", "/var/")) {
      if (rest.keySet().stream().noneMatch(n -> n.startsWith(parent) && !n.equals(parent))) {
        rest.remove(parent);
      }
    }
    return rest;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.toList().reversed()) {
          Files.delete(path);
        }
      }
    }
  }
}
