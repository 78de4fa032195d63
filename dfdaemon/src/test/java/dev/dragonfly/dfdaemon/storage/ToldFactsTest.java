package dev.dragonfly.dfdaemon.storage;

import static dev.dragonfly.dfdaemon.storage.StoreFixture.block;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.bytes;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.facts;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.read;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.readFromSource;
import static dev.dragonfly.dfdaemon.storage.StoreFixture.run;
import static dev.dragonfly.dfdaemon.storage.StoredTask.Learnt.CONTRADICTED;
import static dev.dragonfly.dfdaemon.storage.StoredTask.Learnt.LEARNT;
import static dev.dragonfly.dfdaemon.storage.StoredTask.Learnt.NOTHING_NEW;
import static dev.dragonfly.dfdaemon.storage.StoredTask.Teller.PARENT;
import static dev.dragonfly.dfdaemon.storage.StoredTask.Teller.SCHEDULER;
import static dev.dragonfly.dfdaemon.storage.StoredTask.Teller.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may say what: the source before schedulers before parents, and verified bytes before all. */
class ToldFactsTest {
  private static final byte[] CONTENT = bytes(2000, 1);
  private static final byte[] OTHER = bytes(2000, 2);

  @TempDir Path dir;
  private StoreFixture fixture;
  private StoredTask task;

  @BeforeEach
  void open() {
    fixture = new StoreFixture(dir);
    task = fixture.task();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void whatAParentHintsAtIsReplacedByTheScheduler() {
    assertThat(task.learn(facts(1 << 20, 10), PARENT)).isEqualTo(LEARNT);
    task.putUnsigned(0, block(task, 0, OTHER));

    assertThat(task.learn(facts(2000, 1000), SCHEDULER)).isEqualTo(LEARNT);
    assertThat(task.learn(facts(1 << 20, 10), PARENT)).isEqualTo(CONTRADICTED);
    assertThat(task.learn(facts(2000, 1000), PARENT)).isEqualTo(NOTHING_NEW);

    readFromSource(task, CONTENT, 0, 1);
    fixture.restart();
    assertThat(read(fixture.found(), 0, 2000)).isEqualTo(CONTENT);
  }

  @Test
  void nobodyContradictsWhatIsVerified() {
    task.learn(facts(2000, 1000), PARENT);
    readFromSource(task, CONTENT, 0);

    assertThat(task.learn(facts(2001, 1000), SCHEDULER)).isEqualTo(CONTRADICTED);
    assertThat(task.learn(facts(2001, 1000), SOURCE)).isEqualTo(CONTRADICTED);
    assertThat(task.facts().contentLength()).isEqualTo(OptionalLong.of(2000));
  }

  @Test
  void whatTheSourceSaidIsFixedAlsoAfterARestart() throws Exception {
    task.learn(facts(1 << 20, 1000), SCHEDULER);
    assertThat(task.learn(facts(2000, 1000), SOURCE)).isEqualTo(LEARNT);
    assertThat(Files.size(task.contentFile())).isEqualTo(2000);

    fixture.restart();

    assertThat(fixture.found().learn(facts(1 << 20, 1000), SCHEDULER)).isEqualTo(CONTRADICTED);
  }

  @Test
  void theCutOnWhichPeersAgreedIsNoFactOfTheSource() {
    task.learn(facts(2000, 500), SCHEDULER);

    assertThat(task.learn(facts(2000, 1000), SOURCE)).isNotEqualTo(CONTRADICTED);
    assertThat(task.facts().pieceLength()).isEqualTo(OptionalLong.of(500));
  }

  @Test
  void lengthsThatNoContentHasAreRefused() {
    assertThatThrownBy(() -> task.learn(facts(Long.MAX_VALUE, 1), SCHEDULER))
        .hasMessageContaining("too many pieces");
    assertThat(task.facts()).isEqualTo(TaskFacts.NONE);
  }

  @Test
  void aRunThatContradictsAKeptOneIsRefused() {
    task.learn(facts(2000, 1000), SOURCE);
    SignedRun kept = run(task, 0, 1, CONTENT);
    assertThat(task.addRun(kept)).isEqualTo(StoredTask.RunOutcome.NEW);

    assertThat(task.addRun(run(task, 0, 2, OTHER))).isEqualTo(StoredTask.RunOutcome.CONTRADICTED);
    assertThat(task.addRun(kept)).isEqualTo(StoredTask.RunOutcome.KNOWN);
    assertThat(task.runsOf(0)).containsExactly(kept);
  }

  @Test
  void aRunBeyondTheTaskIsRefused() {
    task.learn(facts(2000, 1000), SOURCE);
    SignedRun run = run(task, 0, 2, CONTENT);
    SignedRun far =
        new SignedRun(
            run.version(),
            run.origin(),
            run.blockLength(),
            1,
            run.digests(),
            run.contentLength(),
            run.publicKey(),
            run.signature());

    assertThat(task.addRun(far)).isEqualTo(StoredTask.RunOutcome.CONTRADICTED);
  }

  @Test
  void aRunOfAnotherStateOfTheSourceIsNobodysFault() {
    task.learn(facts(2000, 1000).withVersion(new SourceVersion("ab".repeat(16))), SOURCE);

    assertThat(task.addRun(run(task, 0, 1, CONTENT)))
        .isEqualTo(StoredTask.RunOutcome.OTHER_VERSION);
  }
}
