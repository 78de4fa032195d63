package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.config.DataSize;
import java.util.Optional;

/** Whether something came from peers yet: what all of this is for. */
public record PeerHitCheck(Patient patient, Vitals vitals) implements Check {
  private static final String RECEIVED = "dragonfly_dfdaemon_received_bytes_total";
  private static final String SENT = "dragonfly_dfdaemon_sent_bytes_total";

  @Override
  public String name() {
    return "peer hits";
  }

  @Override
  public Diagnosis examine() {
    if (!vitals.isAlive()) {
      return Vitals.notRunning();
    }
    Optional<MetricsPage> page = vitals.page();
    if (page.isEmpty()) {
      return Diagnosis.notChecked("there are no metrics to see it by", "");
    }
    return patient.machine().type().isSeed() ? given(page.get()) : taken(page.get());
  }

  private static Diagnosis taken(MetricsPage page) {
    double peers = page.value(RECEIVED, "from=\"peer\"").orElse(0);
    double seeds = page.value(RECEIVED, "from=\"seed\"").orElse(0);
    double source = page.value(RECEIVED, "from=\"source\"").orElse(0);
    if (peers + seeds > 0) {
      return Diagnosis.ok(
          "since its start: %s from peers, %s from seeds, %s from sources"
              .formatted(size(peers), size(seeds), size(source)));
    }
    String found =
        source > 0
            ? "since its start %s came from sources and nothing from a peer".formatted(size(source))
            : "nothing was downloaded here since its start";
    return Diagnosis.warning(
        found,
        "to see one: pull an image that another node has pulled (not by a tag that moved), or run"
            + " 'dfget URL -O /tmp/a' there and then here; "
            + RECEIVED
            + "{from=\"peer\"} or {from=\"seed\"} counts it");
  }

  private static Diagnosis given(MetricsPage page) {
    double sent = page.value(SENT, "").orElse(0);
    return sent > 0
        ? Diagnosis.ok("since its start this seed gave " + size(sent) + " to peers")
        : Diagnosis.warning(
            "this seed gave nothing to a peer since its start",
            "pull an image on a node of its cluster; " + SENT + " counts it");
  }

  private static String size(double bytes) {
    return DataSize.rounded((long) bytes);
  }
}
