package dev.dragonfly.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Network namespaces that are joined by a bridge in a namespace of its own, so that the network of
 * the machine stays as it is. Each link is shaped at both of its ends by a token bucket: what its
 * node sends, and what the bridge sends to it. Names carry the process id: two labs do not meet,
 * and what a killed process left is found. Closing it removes everything. Safe for any thread.
 */
public final class Lab implements AutoCloseable {
  private static final String PREFIX = "dfly-";
  private static final Pattern NAME = Pattern.compile("(dfly-(\\d+)-\\S+).*");
  private static final int ADDRESSES_PER_BLOCK = 200;

  private final String name = PREFIX + ProcessHandle.current().pid() + "-";
  private final String bridge = name + "sw";
  private final List<String> namespaces = new ArrayList<>();
  private int nodes;
  private boolean closed;

  private Lab() {}

  /**
   * Makes an empty one, after removing what dead processes left.
   *
   * @throws LabException when this user or machine cannot have one
   */
  public static Lab create() {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new LabException("network namespaces and shaped links need root");
    }
    sweep();
    Lab lab = new Lab();
    lab.addNamespace(lab.bridge);
    NetworkTool.run("ip", "-n", lab.bridge, "link", "add", "br0", "type", "bridge");
    NetworkTool.run("ip", "-n", lab.bridge, "link", "set", "br0", "up");
    return lab;
  }

  /**
   * Adds a machine.
   *
   * @param role part of its name, letters and digits
   * @param rate of its link, each way; absent for no limit
   */
  public synchronized LabNode add(String role, Optional<LinkRate> rate) {
    nodes++;
    String namespace = name + role;
    String port = "p" + nodes;
    String address =
        "10.77.%d.%d".formatted(nodes / ADDRESSES_PER_BLOCK, nodes % ADDRESSES_PER_BLOCK + 1);
    addNamespace(namespace);
    NetworkTool.run(
        ("ip link add name eth0 netns "
                + namespace
                + " type veth peer name "
                + port
                + " netns "
                + bridge)
            .split(" "));
    run(namespace, "ip link set lo up");
    run(namespace, "ip addr add " + address + "/16 dev eth0");
    run(namespace, "ip link set eth0 up");
    run(bridge, "ip link set " + port + " master br0 up");
    rate.ifPresent(limit -> {
      shape(namespace, "eth0", limit);
      shape(bridge, port, limit);
    });
    return new LabNode(namespace, address);
  }

  private static void shape(String namespace, String device, LinkRate rate) {
    // A burst above two segments of 64 KiB as the kernel hands them over, and a queue as switches
    // have.
    run(
        namespace,
        "tc qdisc add dev " + device + " root tbf rate " + rate + " burst 128kb limit 1mb");
  }

  private static void run(String namespace, String command) {
    String[] words = command.split(" ", 2);
    NetworkTool.run((words[0] + " -n " + namespace + " " + words[1]).split(" "));
  }

  private synchronized void addNamespace(String namespace) {
    if (closed) {
      throw new LabException("the lab is closed");
    }
    NetworkTool.run("ip", "netns", "add", namespace);
    namespaces.add(namespace);
  }

  /** Whether that process, which owns a lab, still runs. */
  private static boolean isAlive(String pid) {
    return Files.exists(Path.of("/proc", pid));
  }

  private static void sweep() {
    for (String line : NetworkTool.run("ip", "netns", "list").lines().toList()) {
      Matcher matcher = NAME.matcher(line);
      if (matcher.matches() && !isAlive(matcher.group(2))) {
        remove(matcher.group(1));
      }
    }
  }

  private static void remove(String namespace) {
    // Only our own processes can be in a namespace that we made.
    NetworkTool.run("ip", "netns", "pids", namespace)
        .lines()
        .map(Long::parseLong)
        .filter(pid -> pid != ProcessHandle.current().pid())
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
    NetworkTool.run("ip", "netns", "del", namespace);
  }

  @Override
  public synchronized void close() {
    closed = true;
    namespaces.reversed().forEach(Lab::remove);
    namespaces.clear();
  }
}
