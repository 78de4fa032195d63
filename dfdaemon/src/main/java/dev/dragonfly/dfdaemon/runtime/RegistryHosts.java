package dev.dragonfly.dfdaemon.runtime;

/** What the name of a registry says about where it is. */
final class RegistryHosts {
  private RegistryHosts() {}

  /** Whether it is on the node itself; a daemon reads no loopback address for others. */
  static boolean isThisNode(String registry) {
    String host = registry.replaceFirst(":[0-9]+$", "");
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** Whether it can stand in the path of a mirror location: a name with a dot and no port. */
  static boolean fitsIntoPath(String registry) {
    return registry.contains(".") && !registry.contains(":");
  }
}
