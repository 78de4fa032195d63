package dev.dragonfly.scheduler.store;

import static dev.dragonfly.scheduler.store.GraphUnderTest.holder;
import static dev.dragonfly.scheduler.store.GraphUnderTest.reported;
import static dev.dragonfly.scheduler.store.GraphUnderTest.streaming;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.PeerStore.Held;
import dev.dragonfly.scheduler.store.TaskStore.Learnt;
import dev.dragonfly.scheduler.store.TaskStore.SourceReader;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is known of a content is said by who read it, with the right to read it. */
interface FactsContract extends GraphUnderTest {
  SourceVersion V1 = new SourceVersion("1".repeat(32));
  SourceVersion V2 = new SourceVersion("2".repeat(32));
  PeerRecord READER = streaming(Samples.host("reader"), "reader", Standing.FULL);
  PeerRecord SECOND = streaming(Samples.host("second"), "second", Standing.FULL);

  @Test
  default void aRegisterTellsWhoTheTaskIsAndNothingOfItsContent() {
    TaskSpec wish =
        new TaskSpec(
            SPEC.kind(),
            SPEC.url(),
            Optional.of(Digest.parse("sha256:" + "0".repeat(64))),
            Optional.of("tag"),
            Optional.empty(),
            List.of("sig"),
            Map.of("Authorization", "Bearer secret"),
            OptionalLong.empty(),
            Optional.empty(),
            false);
    graph().peers().enter(wish, READER, SAMPLE);
    TaskSpec kept = look().task().orElseThrow().spec();
    assertThat(kept.tag()).contains("tag");
    assertThat(kept.filteredQueryParams()).containsExactly("sig");
    assertThat(kept.digest()).isEmpty();
    assertThat(kept.requestHeader()).isEmpty();
    assertThat(facts()).isEqualTo(TaskFacts.NONE);
  }

  @Test
  default void onlyTheHolderOfASlotIsBelieved() throws Exception {
    enter(READER);
    SourceReader liar = new SourceReader(READER.id(), READER.host(), 1);
    assertThat(graph().tasks().learn(TASK, liar, Samples.facts(2))).isEqualTo(Learnt.NO_SLOT);
    assertThat(facts()).isEqualTo(TaskFacts.NONE);

    long epoch = graph().leases().claimSlot(TASK, READER.id(), 1, SHORT).orElseThrow();
    SourceReader other = new SourceReader(SECOND.id(), SECOND.host(), epoch);
    assertThat(graph().tasks().learn(TASK, other, Samples.facts(2))).isEqualTo(Learnt.NO_SLOT);
    pass(SHORT);
    SourceReader late = new SourceReader(READER.id(), READER.host(), epoch);
    assertThat(graph().tasks().learn(TASK, late, Samples.facts(2))).isEqualTo(Learnt.NO_SLOT);

    assertThat(reads(READER, Samples.facts(2).withVersion(V1))).isEqualTo(Learnt.TAKEN);
    assertThat(facts().contentLength()).hasValue(2 * Samples.PIECE_LENGTH);
    assertThat(facts().version()).contains(V1);
    assertThat(facts().responseHeader()).containsKey("Content-Type");
  }

  @Test
  default void aReaderLearnsTheLengthAtTheEnd() {
    enter(READER);
    TaskFacts begin =
        new TaskFacts(
            OptionalLong.empty(), OptionalLong.of(4 << 20), Map.of(), Optional.empty(), List.of());
    assertThat(reads(READER, begin)).isEqualTo(Learnt.TAKEN);
    assertThat(facts().contentLength()).isEmpty();
    assertThat(reads(READER, begin.withContentLength(9))).isEqualTo(Learnt.TAKEN);
    assertThat(reads(READER, begin)).isEqualTo(Learnt.TAKEN);
    assertThat(facts().contentLength()).hasValue(9);
  }

  @Test
  default void theFirstReaderStandsAsLongAsOthersHoldItsBytes() {
    enter(READER);
    enter(SECOND);
    reads(READER, Samples.facts(2).withVersion(V1));
    assertThat(reads(SECOND, Samples.facts(2).withVersion(V2))).isEqualTo(Learnt.CONTRADICTED);
    assertThat(reads(SECOND, Samples.facts(3))).isEqualTo(Learnt.CONTRADICTED);
    assertThat(facts().version()).contains(V1);
    assertThat(facts().contentLength()).hasValue(2 * Samples.PIECE_LENGTH);
    assertThat(keyHosts()).containsExactly(READER.host().id().value());

    graph().peers().delete(TASK, READER.id());
    assertThat(reads(SECOND, Samples.facts(3).withVersion(V2))).isEqualTo(Learnt.TAKEN);
    assertThat(facts().version()).contains(V2);
    assertThat(facts().contentLength()).hasValue(3 * Samples.PIECE_LENGTH);
    assertThat(keyHosts()).containsExactly(SECOND.host().id().value());
  }

  @Test
  default void anEmptiedGraphHealsByWhatHoldersSayAndOnlyThen() {
    PeerRecord held = reported(Samples.host("holder"), "held");
    hold(held, Samples.facts(2).withVersion(V1), false);
    assertThat(facts().contentLength()).hasValue(2 * Samples.PIECE_LENGTH);
    assertThat(facts().version()).contains(V1);
    hold(reported(Samples.host("liar"), "liar"), Samples.facts(7), false);
    graph().tasks().heal(TASK, SPEC, Samples.facts(8));
    assertThat(facts().contentLength()).hasValue(2 * Samples.PIECE_LENGTH);
  }

  @Test
  default void aReaderOutweighsWhatHoldersSaidAndTheyAreNobodysParentsThen() {
    PeerRecord liar = reported(Samples.host("liar"), "liar");
    hold(liar, Samples.facts(7), false);
    assertThat(offered()).containsExactly(liar.id());
    enter(READER);
    assertThat(reads(READER, Samples.facts(2))).isEqualTo(Learnt.TAKEN);
    graph().peers().save(READER);
    hold(liar, Samples.facts(7), true);
    assertThat(facts().contentLength()).hasValue(2 * Samples.PIECE_LENGTH);
    assertThat(keyHosts()).containsExactly(READER.host().id().value());
    assertThat(offered()).containsExactly(READER.id());
  }

  @Test
  default void thatAContentIsEmptyIsReadAtTheSourceOnly() {
    TaskFacts empty = TaskFacts.NONE.withContentLength(0);
    hold(reported(Samples.host("liar"), "liar"), empty, false);
    assertThat(facts()).isEqualTo(TaskFacts.NONE);
    enter(READER);
    reads(READER, empty);
    assertThat(facts().isEmptyContent()).isTrue();
  }

  @Test
  default void aHostAddsNoKeyButItsOwnAndOnlyWhenItReadTheSource() {
    ReaderKey forged = new ReaderKey("somebody", "cd".repeat(32));
    TaskFacts lie =
        new TaskFacts(
            OptionalLong.of(9),
            OptionalLong.of(4 << 20),
            Map.of(),
            Optional.of(Digest.parse("sha256:" + "0".repeat(64))),
            List.of(forged));
    Host holder = Samples.host("holder");
    hold(reported(holder, "held"), lie, false);
    assertThat(facts().readerKeys()).isEmpty();
    assertThat(facts().digest()).isEmpty();
    hold(reported(holder, "held"), lie, true);
    assertThat(keyHosts()).containsExactly(holder.id().value());
    enter(READER);
    reads(READER, lie);
    assertThat(keyHosts())
        .containsExactlyInAnyOrder(holder.id().value(), READER.host().id().value());
    assertThat(facts().digest()).isEmpty();
  }

  @Test
  default void keysOfATaskAreBoundedAndThoseOfHostsThatAreGoneMakeRoom() {
    for (int i = 0; i < 70; i++) {
      PeerRecord reader = holder(Samples.host("r-" + i), "r-" + i, Standing.FULL);
      enter(reader);
      reads(reader, Samples.facts(2));
    }
    assertThat(facts().readerKeys()).hasSize(64);
    graph().peers().delete(TASK, holder(Samples.host("r-0"), "r-0", Standing.FULL).id());
    assertThat(facts().readerKeys()).hasSize(64);
    enter(READER);
    reads(READER, Samples.facts(2));
    assertThat(keyHosts()).contains(READER.host().id().value()).hasSize(64);
  }

  @Test
  default void secretsOfTheSourceAreNotKept() {
    enter(READER);
    TaskFacts facts =
        new TaskFacts(
            OptionalLong.of(9),
            OptionalLong.of(4 << 20),
            Map.of("Set-Cookie", "session=1", "Content-Type", "text/plain"),
            Optional.empty(),
            List.of());
    reads(READER, facts);
    assertThat(facts().responseHeader()).containsOnlyKeys("Content-Type");
  }

  private List<String> keyHosts() {
    return facts().readerKeys().stream().map(ReaderKey::hostId).toList();
  }

  private void hold(PeerRecord peer, TaskFacts facts, boolean readSource) {
    graph().peers().hold(List.of(new Held(SPEC, facts, peer, readSource)));
  }
}
