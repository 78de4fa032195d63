package dev.dragonfly.bench;

import dev.dragonfly.common.oci.Manifest;
import dev.dragonfly.common.time.SystemTime;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long manifests take that were written to take long: each is read once for every client. */
@Command(
    name = "manifest",
    mixinStandardHelpOptions = true,
    description = "Reads hostile manifests of 512 KiB and 4 MiB.")
public final class ManifestBench implements Callable<Integer> {
  private static final int[] LENGTHS = {512 << 10, Manifest.MAX_LENGTH};

  @Option(names = "--rounds", defaultValue = "21", description = "Readings of each. Default: 21.")
  private int rounds;

  /** What is repeated, between a beginning and an end. */
  private enum Hostile {
    TYPES("{", "\"mediaType\":\"application/vnd.oci.image.index.v1+json\",", "\"z\":0}"),
    DIGESTS("{\"layers\":[", "{\"digest\":\"sha256:" + "1".repeat(64) + "\"},", "0]}"),
    LISTS("{\"a\":[", "[],", "0]}");

    private final String begin;
    private final String unit;
    private final String end;

    Hostile(String begin, String unit, String end) {
      this.begin = begin;
      this.unit = unit;
      this.end = end;
    }

    byte[] text(int length) {
      int times = (length - begin.length() - end.length()) / unit.length();
      return (begin + unit.repeat(times) + end).getBytes(StandardCharsets.US_ASCII);
    }
  }

  @Override
  public Integer call() {
    for (int length : LENGTHS) {
      for (Hostile hostile : Hostile.values()) {
        byte[] text = hostile.text(length);
        double first = millis(text);
        double[] later = new double[rounds];
        for (int i = 0; i < rounds; i++) {
          later[i] = millis(text);
        }
        Arrays.sort(later);
        System.out.printf(
            Locale.ROOT,
            "%d bytes of %s: first %.1f ms, median %.1f ms, max %.1f ms%n",
            text.length,
            hostile.name().toLowerCase(Locale.ROOT),
            first,
            later[rounds / 2],
            later[rounds - 1]);
      }
    }
    return 0;
  }

  private static double millis(byte[] text) {
    long start = SystemTime.INSTANCE.nanos();
    Manifest.read(new ByteArrayInputStream(text)).orElseThrow();
    return (SystemTime.INSTANCE.nanos() - start) / 1e6;
  }
}
