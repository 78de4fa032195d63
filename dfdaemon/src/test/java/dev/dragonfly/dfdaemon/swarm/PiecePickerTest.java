package dev.dragonfly.dfdaemon.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.dfdaemon.swarm.PiecePicker.Offer;
import dev.dragonfly.dfdaemon.swarm.PiecePicker.Pick;
import dev.dragonfly.dfdaemon.swarm.PiecePicker.View;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PiecePickerTest {
  private final PiecePicker picker = new PiecePicker(new Random(3));

  @Test
  void nothingIsPickedWhereNothingIsWantedOfferedOrFree() {
    Offer all = peer(bits(0, 1, 2), 1);
    assertThat(picker.pick(view(bits(), false, all))).isEmpty();
    assertThat(picker.pick(view(bits(5), false, all))).isEmpty();
    assertThat(picker.pick(view(bits(0), false, peer(bits(0), 0)))).isEmpty();
    assertThat(picker.pick(view(bits(0), false))).isEmpty();
  }

  @RepeatedTest(20)
  void theRarestPieceComesFirst() {
    View view =
        view(bits(0, 1, 2), false, peer(bits(0, 1, 2), 1), peer(bits(0, 1), 1), peer(bits(0), 1));
    assertThat(picker.pick(view)).contains(new Pick(0, 2));
  }

  @RepeatedTest(20)
  void ofTwoParentsWithThePieceTheLessBusyGivesIt() {
    Offer busy = new Offer(bits(0), false, 1, 3);
    Offer free = new Offer(bits(0), false, 4, 0);
    assertThat(picker.pick(view(bits(0), false, busy, free))).contains(new Pick(1, 0));
  }

  @RepeatedTest(20)
  void whatAPeerHasIsNotTakenFromTheSeedWhileSomethingIsInFlight() {
    Offer seed = seed(bits(0, 1, 2, 3));
    Offer exhausted = peer(bits(0, 1, 2, 3), 0);
    assertThat(picker.pick(view(bits(0, 1, 2, 3), false, seed, exhausted))).isEmpty();
    assertThat(picker.pick(view(bits(0, 1, 2, 3), true, seed, exhausted)))
        .map(Pick::neighbour)
        .contains(0);
  }

  @RepeatedTest(20)
  void fromASeedAPeerTakesWhatNobodyHasBeforeWhatPeersHave() {
    View view = view(bits(0, 1), true, seed(bits(0, 1)), peer(bits(0), 0));
    assertThat(picker.pick(view)).contains(new Pick(0, 1));
  }

  @Test
  void peersThatStartTogetherTakeEveryPieceFromTheSeedExactlyOnce() {
    int peers = 4;
    int pieces = 64;
    Set<Integer> taken = new HashSet<>();
    for (int rank = 0; rank < peers; rank++) {
      BitSet wanted = full(pieces);
      Optional<Pick> pick = pick(wanted, rank, peers, false);
      assertThat(pick).isPresent();
      while (pick.isPresent()) {
        assertThat(taken.add(pick.get().piece())).as("taken twice: " + pick).isTrue();
        wanted.clear(pick.get().piece());
        pick = pick(wanted, rank, peers, false);
      }
    }
    assertThat(taken).hasSize(pieces);
  }

  @Test
  void stripesAreAboutEqual() {
    for (int rank = 0; rank < 4; rank++) {
      BitSet wanted = full(400);
      int mine = 0;
      for (Optional<Pick> p = pick(wanted, rank, 4, false);
          p.isPresent();
          p = pick(wanted, rank, 4, false)) {
        wanted.clear(p.get().piece());
        mine++;
      }
      assertThat(mine).as("stripe of rank " + rank).isBetween(70, 130);
    }
  }

  @Test
  void whoHasNothingElseToDoTakesOfTheStripesOfOthers() {
    BitSet wanted = full(64);
    for (Optional<Pick> p = pick(wanted, 0, 4, false);
        p.isPresent();
        p = pick(wanted, 0, 4, false)) {
      wanted.clear(p.get().piece());
    }
    assertThat(wanted.cardinality()).isPositive();
    assertThat(pick(wanted, 0, 4, true)).isPresent();
  }

  @Test
  void alonePeersTakeEverythingFromTheSeed() {
    BitSet wanted = full(16);
    for (int i = 0; i < 16; i++) {
      wanted.clear(pick(wanted, 0, 1, false).orElseThrow().piece());
    }
    assertThat(wanted.isEmpty()).isTrue();
  }

  @Test
  void peersDoNotAllBeginWithTheSamePiece() {
    Set<Integer> first = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      PiecePicker other = new PiecePicker(new Random(seed));
      first.add(other.pick(view(full(8), false, peer(full(8), 1))).orElseThrow().piece());
    }
    assertThat(first).hasSizeGreaterThan(4);
  }

  private Optional<Pick> pick(BitSet wanted, int rank, int peers, boolean idle) {
    return picker.pick(new View(wanted, List.of(seed(full(1000))), rank, peers, idle));
  }

  private static View view(BitSet wanted, boolean idle, Offer... offers) {
    return new View(wanted, List.of(offers), 0, 1, idle);
  }

  private static Offer peer(BitSet has, int free) {
    return new Offer(has, false, free, 0);
  }

  private static Offer seed(BitSet has) {
    return new Offer(has, true, 4, 0);
  }

  private static BitSet full(int count) {
    BitSet bits = new BitSet();
    bits.set(0, count);
    return bits;
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }
}
