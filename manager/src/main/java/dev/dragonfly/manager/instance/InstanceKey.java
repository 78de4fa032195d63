package dev.dragonfly.manager.instance;

/**
 * What makes an instance the same one after a restart. The port is no part of it: an instance that
 * comes back on another port is still itself.
 *
 * @param ip may be empty where any address will do
 */
public record InstanceKey(InstanceKind kind, String hostName, String ip, long clusterId) {
  @Override
  public String toString() {
    return kind.word() + " host=" + hostName + " ip=" + ip + " cluster=" + clusterId;
  }
}
