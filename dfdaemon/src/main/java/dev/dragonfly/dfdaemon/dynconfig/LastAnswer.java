package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.policy.PolicyText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the manager said last, in a file for a start without it. Losing it costs only that, so
 * failures are logged and nothing else. Blocks; call from virtual threads.
 */
public final class LastAnswer<T> {
  private static final Logger LOG = LoggerFactory.getLogger(LastAnswer.class);

  /** More than one answer of a manager can carry. */
  private static final int MAX_BYTES = 16 << 20;

  private final Path path;
  private final DiskExecutor disk;
  private final Function<T, String> writer;
  private final Function<String, T> reader;
  private final T none;
  private final AtomicReference<@Nullable T> saved = new AtomicReference<>();

  /** The file {@code path}, which need not exist, nor its folder. */
  private LastAnswer(
      Path path,
      DiskExecutor disk,
      Function<T, String> writer,
      Function<String, T> reader,
      T none) {
    this.path = path;
    this.disk = disk;
    this.writer = writer;
    this.reader = reader;
    this.none = none;
  }

  /** The last good list of schedulers, one {@code ip:port} a line. */
  public static LastAnswer<List<InetSocketAddress>> schedulers(Path folder, DiskExecutor disk) {
    return new LastAnswer<>(
        folder.resolve("schedulers"),
        disk,
        list -> list.stream().map(LastAnswer::format).collect(Collectors.joining("\n", "", "\n")),
        text -> text.lines().filter(line -> !line.isBlank()).map(LastAnswer::parse).toList(),
        List.of());
  }

  /** The last policy, so that a host does not come back without its block list. */
  public static LastAnswer<PolicyText> policy(Path folder, DiskExecutor disk) {
    return new LastAnswer<>(
        folder.resolve("policy"), disk, PolicyText::toJson, PolicyText::parse, PolicyText.NONE);
  }

  /** Keeps it, when it is another one than before. */
  public void save(T answer) {
    if (answer.equals(saved.getAndSet(answer))) {
      return;
    }
    try {
      disk.call(() -> write(writer.apply(answer)));
    } catch (RuntimeException e) {
      LOG.warn("answer of the manager not saved file={} reason={}", path, e.toString());
    }
  }

  /** What was kept last; nothing where there is none. */
  public T load() {
    try {
      return disk.call(this::read);
    } catch (RuntimeException e) {
      LOG.warn("answer of the manager not loaded file={} reason={}", path, e.toString());
      return none;
    }
  }

  private Path write(String text) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path partial = path.resolveSibling(path.getFileName() + ".tmp");
    Files.writeString(partial, text);
    return Files.move(
        partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private T read() throws IOException {
    if (!Files.exists(path) || Files.size(path) > MAX_BYTES) {
      return none;
    }
    return reader.apply(Files.readString(path));
  }

  private static InetSocketAddress parse(String line) {
    HostAndPort address = HostAndPort.parse(line);
    return new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port());
  }

  private static String format(InetSocketAddress address) {
    String ip = address.getAddress().getHostAddress();
    return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + address.getPort();
  }
}
