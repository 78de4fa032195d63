package dev.dragonfly.bench;

import dev.dragonfly.lab.LabNode;

/**
 * How a node reaches a registry.
 *
 * @param machine where its proxy can be called
 * @param address of the proxy there, with its port
 * @param registry URL of the registry
 */
record ProxyPlace(LabNode machine, String address, String registry) {
  static final String REGISTRY = "X-Dragonfly-Registry";

  /** The line of a request that names the registry. */
  String header() {
    return REGISTRY + ": " + registry + "\r\n";
  }
}
