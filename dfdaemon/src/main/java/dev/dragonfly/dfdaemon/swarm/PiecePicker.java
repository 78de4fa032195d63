package dev.dragonfly.dfdaemon.swarm;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides which piece to fetch next and from whom. Pure: sees a view, returns a choice.
 *
 * <p>Ordinary peers give what is rarest. Seeds give first what no ordinary peer has, and of that
 * first the stripe of this peer: peers that start together so take different pieces from the seed
 * and give them to each other, and the seed sends each piece about once. Only a peer with nothing
 * else to do takes a piece of another's stripe, or one that others have too.
 */
final class PiecePicker {
  private final RandomGenerator random;

  PiecePicker(RandomGenerator random) {
    this.random = random;
  }

  /** What a neighbour offers. */
  record Offer(BitSet has, boolean seed, int freeSlots, int inFlight) {}

  /**
   * What is known when the choice is made.
   *
   * @param wanted pieces that are missing, free and can be verified
   * @param offers one for each neighbour
   * @param rank this peer's place among the ordinary peers of the task, from 0
   * @param peers number of ordinary peers, at least 1
   * @param idle whether this peer has had nothing in flight for a while
   */
  record View(BitSet wanted, List<Offer> offers, int rank, int peers, boolean idle) {}

  /** The choice. */
  record Pick(int neighbour, int piece) {}

  Optional<Pick> pick(View view) {
    int[] holders = holders(view);
    Pick best = null;
    long bestScore = Long.MAX_VALUE;
    for (int i = 0; i < view.offers().size(); i++) {
      Offer offer = view.offers().get(i);
      if (offer.freeSlots() <= 0) {
        continue;
      }
      BitSet choice = (BitSet) offer.has().clone();
      choice.and(view.wanted());
      for (int p = choice.nextSetBit(0); p >= 0; p = choice.nextSetBit(p + 1)) {
        long score = score(view, offer, p, holders[p]);
        if (score >= 0 && score < bestScore) {
          bestScore = score;
          best = new Pick(i, p);
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static int[] holders(View view) {
    int[] holders = new int[view.wanted().length()];
    for (Offer offer : view.offers()) {
      if (offer.seed()) {
        continue;
      }
      for (int p = offer.has().nextSetBit(0); p >= 0 && p < holders.length; ) {
        holders[p]++;
        p = offer.has().nextSetBit(p + 1);
      }
    }
    return holders;
  }

  /** Lower is better; negative: not now. Ties are broken by chance, so that peers differ. */
  private long score(View view, Offer offer, int piece, int holders) {
    long tier;
    if (!offer.seed()) {
      tier = Math.min(holders, 100);
    } else if (holders > 0) {
      if (!view.idle()) {
        return -1;
      }
      tier = 300;
    } else if (isMine(view, piece)) {
      tier = 0;
    } else if (view.idle()) {
      tier = 200;
    } else {
      return -1;
    }
    return tier << 40 | (long) Math.min(offer.inFlight(), 255) << 32 | random.nextInt() >>> 1;
  }

  /** Whether the piece is of this peer's stripe; few pieces are not worth waiting for others. */
  private static boolean isMine(View view, int piece) {
    return view.peers() <= 1
        || view.wanted().cardinality() < 2 * view.peers() && view.idle()
        || Math.floorMod(spread(piece), view.peers()) == view.rank();
  }

  private static int spread(int piece) {
    int mixed = piece * 0x9E3779B1;
    return mixed ^ mixed >>> 15;
  }
}
