package dev.dragonfly.bench;

import dev.dragonfly.lab.LabNode;
import java.net.URI;

/**
 * How a node reaches a registry.
 *
 * @param machine where its proxy can be called
 * @param address of the proxy there, with its port
 * @param registry URL of the registry
 * @param pid of the daemon
 */
record ProxyPlace(LabNode machine, String address, String registry, long pid) {
  static final String REGISTRY = "X-Dragonfly-Registry";

  /** What it gives away under this URL. */
  BlobServer server(URI uri, int length) {
    return new BlobServer(uri, REGISTRY + ": " + registry + "\r\n", length, pid);
  }
}
