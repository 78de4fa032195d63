package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import dev.dragonfly.common.task.RangeRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DfgetOptionsTest {
  private static final String URL = "http://origin.test/file";
  private static final String HASH = "ab".repeat(32);

  @TempDir Path folder;

  @Test
  void aUrlAndAnOutputAreEnough() {
    DfgetOptions options = parse(URL, "-O", "some/../out");
    DfgetRequest request = options.toRequest();
    assertThat(request.spec().url()).isEqualTo(URL);
    assertThat(request.output()).isEqualTo(Path.of("out").toAbsolutePath());
    assertThat(request.timeout()).isEqualTo(Duration.ofHours(6));
    assertThat(request.range()).isEmpty();
    assertThat(request.priority()).isZero();
    assertThat(request.overwrite() || request.forceHardLink() || request.disableBackToSource())
        .isFalse();
    assertThat(request.spec().digest()).isEmpty();
    assertThat(request.spec().tag()).isEmpty();
    assertThat(request.spec().application()).isEmpty();
    assertThat(request.spec().pieceLength()).isEmpty();
    assertThat(request.spec().requestHeader()).isEmpty();
    assertThat(request.spec().filteredQueryParams()).isEqualTo(DefaultFilteredQueryParams.ALL);
    assertThat(options.isJson() || options.isQuiet()).isFalse();
  }

  @Test
  void everyOptionReachesTheRequest() {
    DfgetOptions options =
        parse(
            URL,
            "--output=/tmp/out",
            "--digest=sha256:" + HASH,
            "-H",
            "Authorization: Bearer a:b",
            "--header=X-Empty:",
            "--tag=t",
            "--application=a",
            "--filtered-query-param=sig",
            "--filtered-query-param=exp",
            "--range=10-19",
            "--piece-length=8MiB",
            "--timeout=90s",
            "--priority=6",
            "--overwrite",
            "--force-hard-link",
            "--disable-back-to-source",
            "--quiet",
            "--endpoint=/tmp/d.sock");
    DfgetRequest request = options.toRequest();
    assertThat(request.output()).isEqualTo(Path.of("/tmp/out"));
    assertThat(request.spec().digest()).contains(Digest.parse("sha256:" + HASH));
    assertThat(request.spec().requestHeader())
        .containsEntry("Authorization", "Bearer a:b")
        .containsEntry("X-Empty", "");
    assertThat(request.spec().tag()).contains("t");
    assertThat(request.spec().application()).contains("a");
    assertThat(request.spec().filteredQueryParams()).containsExactly("sig", "exp");
    assertThat(request.range()).contains(new RangeRequest.From(10, 20));
    assertThat(request.spec().pieceLength()).hasValue(8 << 20);
    assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(90));
    assertThat(request.priority()).isEqualTo(6);
    assertThat(request.overwrite()).isTrue();
    assertThat(request.forceHardLink()).isTrue();
    assertThat(request.disableBackToSource()).isTrue();
    assertThat(options.isQuiet()).isTrue();
    assertThat(options.socket()).isEqualTo(Path.of("/tmp/d.sock"));
  }

  @Test
  void whoWantsJsonWantsNoProgress() {
    assertThat(parse(URL, "-O", "o", "--json").isQuiet()).isTrue();
    assertThat(parse(URL, "-O", "o", "-q").isJson()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "--digest=sha256:abc, --digest",
    "--digest=whirlpool:00, --digest",
    "-HAuthorization, --header",
    "-H: value, --header",
    "--range=9-3, --range",
    "--range=abc, --range",
    "--range=99999999999999999999-, --range",
    "--piece-length=1MiB, --piece-length",
    "--piece-length=65MiB, --piece-length",
    "--piece-length=many, --piece-length",
    "--timeout=soon, --timeout",
    "--timeout=0s, --timeout",
    "--priority=7, --priority",
    "--priority=-1, --priority",
    "--priority=high, --priority",
    "--no-such-option, --no-such-option",
    "http://second.test/, http://second.test/"
  })
  void aWrongValueEndsWithCodeTwoAndNamesTheOption(String argument, String named) {
    Dfget dfget = call(URL, "-O", folder.resolve("out").toString(), argument);
    assertThat(dfget.exit()).isEqualTo(2);
    assertThat(dfget.err()).contains(named).doesNotContain("\tat ");
    assertThat(dfget.out()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aUrlAndAnOutputAreRequired() {
    assertThat(call("-O", "out").exit()).isEqualTo(2);
    Dfget noOutput = call(URL);
    assertThat(noOutput.exit()).isEqualTo(2);
    assertThat(noOutput.err()).contains("--output");
  }

  @Test
  void anOutputThatIsAFolderOrHasNoneIsRefused() {
    Dfget aFolder = call(URL, "-O", folder.toString());
    assertThat(aFolder.exit()).isEqualTo(2);
    assertThat(aFolder.err()).contains("folder");
    Dfget nowhere = call(URL, "-O", folder.resolve("no/such").toString());
    assertThat(nowhere.exit()).isEqualTo(2);
    assertThat(nowhere.err()).contains(folder.resolve("no").toString());
  }

  @Test
  void anOutputThatExistsIsLeftAlone() throws Exception {
    Path output = Files.writeString(folder.resolve("out"), "mine");
    Dfget dfget = call(URL, "-O", output.toString());
    assertThat(dfget.exit()).isEqualTo(5);
    assertThat(dfget.err()).contains(output.toString()).contains("--overwrite");
    assertThat(output).hasContent("mine");
  }

  @Test
  void helpAndVersionGoToWhoAsksForThem() {
    Dfget help = Dfget.call("--help");
    assertThat(help.exit()).isZero();
    assertThat(help.out()).contains("--digest", "--range", "Exit codes:");
    assertThat(Dfget.call("--version").out()).contains("dfget");
  }

  /** Never meets a daemon of this machine. */
  private Dfget call(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--endpoint=" + folder.resolve("no.sock"));
    return Dfget.call(all.toArray(String[]::new));
  }

  private static DfgetOptions parse(String... arguments) {
    DfgetOptions options = new DfgetOptions();
    new CommandLine(new Holder(options)).parseArgs(arguments);
    return options;
  }

  @CommandLine.Command
  @SuppressWarnings("UnusedVariable") // picocli reads it.
  private static final class Holder {
    @CommandLine.Mixin private final DfgetOptions options;

    Holder(DfgetOptions options) {
      this.options = options;
    }
  }
}
