package dev.dragonfly.lab;

import java.util.List;

/**
 * A machine of the lab.
 *
 * @param namespace name of its network namespace
 * @param address its IPv4 address, which all others reach
 */
public record LabNode(String namespace, String address) {
  /** What comes before a command that shall run there; it becomes that command, with its pid. */
  public List<String> prefix() {
    return List.of("nsenter", "--net=" + Namespaces.file(namespace));
  }
}
