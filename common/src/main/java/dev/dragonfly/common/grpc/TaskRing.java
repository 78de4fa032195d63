package dev.dragonfly.common.grpc;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.dragonfly.common.task.TaskId;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The ring on which all peers, also upstream ones, find the same scheduler for a task: one point
 * for each scheduler, the key is the first five characters of the task id (docs/compatibility.md).
 */
public final class TaskRing {
  private static final int KEY_LENGTH = 5;
  private static final byte KEY_END = (byte) 0xFF;

  /** SipHash-2-4 with a zero key. */
  private static final HashFunction SIP_HASH = Hashing.sipHash24(0, 0);

  private final TreeMap<Long, InetSocketAddress> points =
      new TreeMap<>(Comparator.comparing(Long::longValue, Long::compareUnsigned));

  private TaskRing(Collection<InetSocketAddress> schedulers) {
    for (InetSocketAddress scheduler : schedulers) {
      points.put(nodeHash(scheduler), scheduler);
    }
  }

  /**
   * The ring of these schedulers.
   *
   * @param schedulers resolved addresses, at least one
   */
  public static TaskRing of(Collection<InetSocketAddress> schedulers) {
    if (schedulers.isEmpty()) {
      throw new IllegalArgumentException("a ring needs at least one scheduler");
    }
    return new TaskRing(schedulers);
  }

  /** All schedulers, that of the task first, then clockwise: the order of fail-over. */
  public List<InetSocketAddress> order(TaskId task) {
    long key = keyHash(task.value());
    List<InetSocketAddress> order = new ArrayList<>(points.tailMap(key, true).values());
    order.addAll(points.headMap(key, false).values());
    return order;
  }

  static long keyHash(String taskId) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < KEY_LENGTH; i++) {
      bytes.write(taskId.charAt(i));
    }
    bytes.write(KEY_END);
    return SIP_HASH.hashBytes(bytes.toByteArray()).asLong();
  }

  static long nodeHash(InetSocketAddress node) {
    if (node.getAddress() == null) {
      throw new IllegalArgumentException("scheduler address is not resolved: " + node);
    }
    byte[] address = node.getAddress().getAddress();
    boolean v6 = node.getAddress() instanceof Inet6Address;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) (v6 ? 1 : 0), 0, 0, 0, 0, 0, 0, 0});
    bytes.writeBytes(address);
    bytes.write(node.getPort());
    bytes.write(node.getPort() >> 8);
    if (v6) {
      bytes.writeBytes(new byte[2 * Integer.BYTES]);
    }
    return SIP_HASH.hashBytes(bytes.toByteArray()).asLong();
  }
}
