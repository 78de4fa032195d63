package dev.dragonfly.bench;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Who gives a blob away.
 *
 * @param uri where the blob is
 * @param header lines of the request header, each with its line end
 * @param length bytes of the body
 * @param pid the process; its children count as well
 */
record BlobServer(URI uri, String header, int length, long pid) {
  byte[] request(boolean keeps) {
    return "GET %s HTTP/1.1\r\nHost: bench\r\n%s%s\r\n"
        .formatted(uri.getPath(), header, keeps ? "" : "Connection: close\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** What it has used so far, in steps of 10 ms. */
  Duration processorTime() {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    return Stream.concat(Stream.of(process), process.children())
        .map(one -> one.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
