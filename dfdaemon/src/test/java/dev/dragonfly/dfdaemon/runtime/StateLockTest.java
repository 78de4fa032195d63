package dev.dragonfly.dfdaemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StateLockTest {
  private static final Path FILE = Path.of("/var/lib/dragonfly/runtime/lock");
  private static final Path STATE = RuntimeConfigurator.STATE;

  @TempDir Path root;

  @Test
  void aSecondRunWaitsUntilTheFirstHasEnded() {
    List<Integer> waits = new ArrayList<>();
    StateLock first = take(tries -> false);

    StateLock second =
        take(tries -> {
          waits.add(tries);
          if (tries == 2) {
            first.close();
          }
          return true;
        });

    assertThat(waits).containsExactly(1, 2);
    second.close();
  }

  @Test
  void aRunThatWaitedTooLongSaysWhatItWaitedFor() {
    StateLock first = take(tries -> false);

    assertThatThrownBy(() -> take(tries -> tries < 3))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("another dfdaemon runtime works on this node")
        .hasMessageContaining(FILE.toString())
        .hasMessageContaining("try again");
    first.close();
  }

  @Test
  void nothingOfItIsLeftAndFoldersOfOthersStay() throws IOException {
    Files.createDirectories(root.resolve("var/lib"));

    take(tries -> false).close();

    assertThat(root.resolve("var/lib")).isEmptyDirectory();
  }

  @Test
  void anotherProcessIsWaitedForAndOneThatDiedIsNot() throws IOException, InterruptedException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StateLockTest.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = other.inputReader()) {
      assertThat(said.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> take(tries -> false)).hasMessageContaining("works on this node");
    } finally {
      other.destroyForcibly();
    }
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(root.resolve("." + FILE)).exists();

    take(tries -> false).close();

    assertThat(root.resolve("." + FILE)).doesNotExist();
  }

  @Test
  void runsAtTheSameTimeLeaveBackupsOfWhatWasThereBeforeThem() throws Exception {
    String before = "{\n  \"debug\": true\n}\n";
    Files.createDirectories(root.resolve("etc/docker"));
    Files.writeString(root.resolve("etc/docker/daemon.json"), before);
    try (ExecutorService runs = Executors.newFixedThreadPool(4)) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int run = i;
        ends.add(runs.submit(() -> run(run)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }

    configurator().revert(EnumSet.allOf(RuntimeKind.class));

    try (Stream<Path> left = Files.walk(root)) {
      assertThat(left.filter(Files::isRegularFile))
          .containsExactly(root.resolve("etc/docker/daemon.json"));
    }
    assertThat(root.resolve("etc/docker/daemon.json")).hasContent(before);
  }

  private void run(int number) {
    if (number % 5 == 4) {
      configurator().revert(EnumSet.allOf(RuntimeKind.class));
      return;
    }
    String proxy = "http://127.0.0.1:" + (4001 + number % 7);
    configurator()
        .configure(new RuntimeSettings(List.of("docker"), List.of(), false, proxy, false));
  }

  private RuntimeConfigurator configurator() {
    return new RuntimeConfigurator(root, STATE, StateLockTest::isPatient);
  }

  private static boolean isPatient(int tries) {
    LockSupport.parkNanos(100_000);
    return tries < 100_000;
  }

  private StateLock take(StateLock.Patience patience) {
    return StateLock.take(new NodeFolder(root), FILE, patience);
  }

  /** A process that has the lock until it is ended. */
  public static void main(String... words) throws IOException {
    StateLock.take(new NodeFolder(Path.of(words[0])), FILE, tries -> false);
    System.out.println("held");
    System.in.read();
  }
}
