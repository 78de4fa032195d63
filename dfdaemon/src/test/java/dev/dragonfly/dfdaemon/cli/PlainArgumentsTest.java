package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class PlainArgumentsTest {
  private static final String URL = "http://origin.test/file?a=b";
  private static final String[] LEAST = {URL, "-O", "out"};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "URL -O out",
        "-O out URL",
        "--output out URL",
        "--output=out URL",
        "URL -O out -q",
        "URL -O out --quiet --json --overwrite --force-hard-link --disable-back-to-source",
        "URL -O out -H A:1 --header B:2 --header=C:3=4",
        "URL -O out --filtered-query-param a --filtered-query-param=b",
        "URL -O out --tag t --application a --priority 3 --range 0-9 --timeout 5s",
        "URL -O out --piece-length 8MiB --endpoint /tmp/a.sock"
      })
  void whatIsReadHereIsWhatPicocliWouldRead(String line) {
    String[] args = line.replace("URL", URL).split(" ");
    assertSame(PlainArguments.read(args), picocli(args));
  }

  @Test
  void everyOptionOfTheCommandIsKnownHere() {
    for (OptionSpec option : new CommandLine(new DfgetOptions()).getCommandSpec().options()) {
      for (String name : option.names()) {
        List<String> args = new ArrayList<>(List.of(URL, name));
        boolean isOutput = name.equals("-O") || name.equals("--output");
        if (option.arity().max() > 0) {
          args.add(value(option.longestName()));
        }
        if (!isOutput) {
          args.addAll(List.of("-O", "out"));
        }
        String[] line = args.toArray(String[]::new);
        assertSame(PlainArguments.read(line), picocli(line));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--version",
        "-h",
        "-V",
        "--no-such-option",
        "--no-such-option=1",
        "second",
        "-O again",
        "--output again",
        "--tag a --tag b",
        "-q --quiet",
        "--json=true",
        "--tag",
        "--tag -x",
        "--tag=",
        "--tag --json",
        "--range=-50",
        "-Hname:value",
        "--priority high",
        "--priority 10",
        "--",
        "-",
        "@file",
        "--tag @file"
      })
  void whatIsUnusualIsLeftToPicocli(String more) {
    List<String> args = new ArrayList<>(List.of(LEAST));
    args.addAll(List.of(more.split(" ")));
    assertThat(PlainArguments.read(args.toArray(String[]::new))).isEmpty();
  }

  @Test
  void whatIsMissingIsSaidByPicocli() {
    assertThat(PlainArguments.read(new String[0])).isEmpty();
    assertThat(PlainArguments.read(new String[] {URL})).isEmpty();
    assertThat(PlainArguments.read(new String[] {"-O", "out"})).isEmpty();
    assertThat(PlainArguments.read(new String[] {"", "-O", "out"})).isEmpty();
  }

  private static String value(String option) {
    return switch (option) {
      case "--priority" -> "3";
      case "--header" -> "A: 1";
      case "--digest" -> "sha256:" + "ab".repeat(32);
      case "--range" -> "1-2";
      case "--piece-length" -> "8MiB";
      case "--timeout" -> "7s";
      default -> "value";
    };
  }

  private static DfgetOptions picocli(String... args) {
    DfgetOptions options = new DfgetOptions();
    new CommandLine(options).parseArgs(args);
    return options;
  }

  private static void assertSame(Optional<DfgetOptions> plain, DfgetOptions expected) {
    assertThat(plain).isPresent();
    assertThat(plain.get().toRequest()).isEqualTo(expected.toRequest());
    assertThat(plain.get().socket()).isEqualTo(expected.socket());
    assertThat(plain.get().isQuiet()).isEqualTo(expected.isQuiet());
    assertThat(plain.get().isJson()).isEqualTo(expected.isJson());
  }
}
