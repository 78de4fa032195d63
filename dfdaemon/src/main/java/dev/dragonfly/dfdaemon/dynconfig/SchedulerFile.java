package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good list of schedulers, one {@code ip:port} a line. Losing it costs only the start
 * without a manager, so failures are logged and nothing else. Blocks; call from virtual threads.
 */
public final class SchedulerFile {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerFile.class);
  private static final int MAX_BYTES = 1 << 20;

  private final Path path;
  private final DiskExecutor disk;
  private final AtomicReference<List<InetSocketAddress>> saved = new AtomicReference<>(List.of());

  /** The file {@code path}, which need not exist, nor its folder. */
  public SchedulerFile(Path path, DiskExecutor disk) {
    this.path = path;
    this.disk = disk;
  }

  void save(List<InetSocketAddress> schedulers) {
    if (schedulers.equals(saved.getAndSet(schedulers))) {
      return;
    }
    try {
      disk.call(() -> write(schedulers));
    } catch (RuntimeException e) {
      LOG.warn("list of schedulers not saved file={} reason={}", path, e.toString());
    }
  }

  List<InetSocketAddress> load() {
    try {
      return disk.call(this::read);
    } catch (RuntimeException e) {
      LOG.warn("list of schedulers not loaded file={} reason={}", path, e.toString());
      return List.of();
    }
  }

  private Path write(List<InetSocketAddress> schedulers) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path partial = path.resolveSibling(path.getFileName() + ".tmp");
    Files.write(partial, schedulers.stream().map(SchedulerFile::format).toList());
    return Files.move(
        partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private List<InetSocketAddress> read() throws IOException {
    if (!Files.exists(path) || Files.size(path) > MAX_BYTES) {
      return List.of();
    }
    return Files.readAllLines(path).stream()
        .filter(line -> !line.isBlank())
        .map(HostAndPort::parse)
        .map(a -> new InetSocketAddress(InetAddress.ofLiteral(a.host()), a.port()))
        .toList();
  }

  private static String format(InetSocketAddress address) {
    String ip = address.getAddress().getHostAddress();
    return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + address.getPort();
  }
}
