package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.dfdaemon.client.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Cuts holdings into messages that stay well below the limit of a gRPC message (4 MiB). */
final class HoldingsBatches {
  static final int MAX_TASKS = 500;
  static final long MAX_BYTES = 1 << 20;

  /** Ids, digest and framing of one holding, rounded up. */
  private static final long FIXED_BYTES = 512;

  private static final long KEY_BYTES = 256;

  private HoldingsBatches() {}

  /** At least one batch, which may be empty: who holds nothing says so. */
  static List<List<Holding>> cut(List<Holding> held) {
    List<List<Holding>> batches = new ArrayList<>();
    List<Holding> batch = new ArrayList<>();
    long bytes = 0;
    for (Holding holding : held) {
      long size = size(holding);
      if (!batch.isEmpty() && (batch.size() == MAX_TASKS || bytes + size > MAX_BYTES)) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(holding);
      bytes += size;
    }
    batches.add(batch);
    return batches;
  }

  private static long size(Holding holding) {
    long bytes = FIXED_BYTES + holding.spec().url().length();
    bytes += holding.pieces().toBytes().length;
    bytes += KEY_BYTES * holding.facts().readerKeys().size();
    for (Map.Entry<String, String> header : holding.facts().responseHeader().entrySet()) {
      bytes += header.getKey().length() + header.getValue().length();
    }
    for (String parameter : holding.spec().filteredQueryParams()) {
      bytes += parameter.length();
    }
    return bytes;
  }
}
