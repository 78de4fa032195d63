package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.dfdaemon.doctor.Patient;
import dev.dragonfly.dfdaemon.host.Machine;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what the doctor has to know of a daemon: its configuration, and the ports it really has.
 */
final class PatientFile {
  private final Path file;
  private final DfdaemonConfig config;
  private final Machine machine;
  private final Map<String, Object> ready;

  private PatientFile(Path file, DfdaemonConfig config, Map<String, Object> ready, boolean seed) {
    this.file = file;
    this.config = config;
    this.machine = Machine.of(config.host(), seed);
    this.ready = ready;
  }

  /**
   * The daemon of a configuration.
   *
   * @param readyFile where it wrote its ports; needed where its configuration says any free one
   * @throws ConfigException when one of them cannot be used
   */
  static Patient read(Path file, Optional<Path> readyFile, boolean seed) {
    DfdaemonConfig config = ConfigLoader.load(file, DaemonRole.defaults(), DfdaemonConfig.class);
    Map<String, Object> ready = readyFile.isEmpty() ? Map.of() : ready(readyFile.get());
    return new PatientFile(file, config, ready, seed).patient(seed);
  }

  private static Map<String, Object> ready(Path file) {
    try {
      return JsonMapper.shared()
          .readValue(Files.readString(file), new TypeReference<Map<String, Object>>() {});
    } catch (IOException | JacksonException e) {
      throw new ConfigException(
          "cannot read the ready file " + file + ": " + e + "; is the daemon started?", e);
    }
  }

  private Patient patient(boolean seed) {
    boolean hasProxy = config.proxy().enabled().orElse(!seed);
    return new Patient(
        file,
        machine,
        config.server().socket(),
        config.storage().dir(),
        new Patient.Ports(
            address("grpc", machine.ip(), config.server().port()),
            address("piece", machine.ip(), config.upload().port()),
            address("metrics", near(config.metrics().ip()), config.metrics().port()),
            hasProxy
                ? address("proxy", near(config.proxy().ip()), config.proxy().port())
                : Optional.empty(),
            hasProxy),
        new Patient.Control(
            config.manager().address().map(HostAndPort::parse),
            config.manager().address().isPresent()
                ? List.of()
                : config.scheduler().addresses().stream().map(HostAndPort::parse).toList()),
        new Patient.Trust(
            config.source().caFile(),
            config.proxy().registries().stream().map(PatientFile::url).toList()));
  }

  private static String url(RegistryConfig registry) {
    String host = registry.host();
    return registry.url().orElse(host.contains("://") ? host : "https://" + host);
  }

  /** With the port that it really has. */
  private Optional<HostAndPort> address(String name, String host, int port) {
    @Nullable Object told = ready.get(name);
    int real = told == null ? port : HostAndPort.parse(told.toString()).port();
    return real == 0 ? Optional.empty() : Optional.of(new HostAndPort(host, real));
  }

  /** How this machine reaches what listens there. */
  private static String near(String listening) {
    InetAddress address = InetAddress.ofLiteral(listening);
    return address.isAnyLocalAddress() ? "127.0.0.1" : listening;
  }
}
