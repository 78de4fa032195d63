package dev.dragonfly.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the checkout declares: types, packages and texts of main and test sources. */
final class SourceTree {
  /** The checkout; tests run in the folder of their module. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final String BASE = "/dev/dragonfly/";

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum)\\s+([A-Z]\\w*)");

  private SourceTree() {}

  /** Simple names of all types in main and test sources, nested ones too. */
  static Set<String> types() {
    Set<String> types = new TreeSet<>();
    for (Path file : javaFiles("main", "test")) {
      Matcher matcher = TYPE.matcher(read(file));
      while (matcher.find()) {
        types.add(matcher.group(1));
      }
    }
    return types;
  }

  /** Packages of main sources, without {@code dev.dragonfly.}. */
  static Set<String> packages() {
    Set<String> packages = new TreeSet<>();
    for (Path file : javaFiles("main")) {
      String name = file.toString();
      String folder = name.substring(name.indexOf(BASE) + BASE.length(), name.lastIndexOf('/'));
      packages.add(folder.replace('/', '.'));
    }
    return packages;
  }

  /** Java sources of all modules. */
  static List<Path> javaFiles(String... kinds) {
    List<String> folders = Stream.of(kinds).map(kind -> "/src/" + kind + "/java/").toList();
    return files(".java").stream()
        .filter(file -> folders.stream().anyMatch(file.toString()::contains))
        .toList();
  }

  /** Markdown of the docs folder and of the root. */
  static List<Path> pages() {
    return files(".md").stream()
        .filter(file -> ROOT.relativize(file).toString().matches("[^/]+|docs/.*"))
        .toList();
  }

  static Path page(String name) {
    return ROOT.resolve("docs").resolve(name);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(String suffix) {
    try (Stream<Path> all = Files.find(ROOT, 20, (file, what) -> what.isRegularFile())) {
      return all.filter(file -> file.toString().endsWith(suffix))
          .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
