package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which hosts vouched for a content: those that signed it, and those that sent it unsigned. */
final class Vouchers {
  private Vouchers() {}

  /**
   * @param self this host, which does not blame itself
   */
  static Set<HostId> of(StoredTask stored, HostId self) {
    Map<String, String> owners = new HashMap<>();
    for (ReaderKey key : stored.facts().readerKeys()) {
      owners.put(key.publicKeyHex(), key.hostId());
    }
    Set<HostId> vouchers = new LinkedHashSet<>();
    BitSet pieces = stored.pieces().toBitSet();
    for (int n = pieces.nextSetBit(0); n >= 0; n = pieces.nextSetBit(n + 1)) {
      List<SignedRun> runs = stored.runsOf(n);
      if (runs.isEmpty()) {
        sender(stored.piece(n)).ifPresent(vouchers::add);
      }
      for (SignedRun run : runs) {
        Optional.ofNullable(owners.get(HexFormat.of().formatHex(run.publicKey())))
            .map(HostId::new)
            .ifPresent(vouchers::add);
      }
    }
    vouchers.remove(self);
    return vouchers;
  }

  private static Optional<HostId> sender(Optional<Piece> piece) {
    return piece.flatMap(Piece::parentId).map(PeerId::new).flatMap(PeerId::host);
  }
}
