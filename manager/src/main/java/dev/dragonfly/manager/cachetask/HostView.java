package dev.dragonfly.manager.cachetask;

import java.time.Instant;

/** A host as its scheduler knows it. */
record HostView(
    String id,
    String type,
    String hostname,
    String ip,
    long port,
    long downloadPort,
    boolean disableShared,
    String os,
    String platform,
    String platformFamily,
    String platformVersion,
    String kernelVersion,
    Cpu cpu,
    Memory memory,
    Network network,
    Disk disk,
    Build build,
    long schedulerClusterId,
    long announceInterval,
    Instant createdAt,
    Instant updatedAt) {

  static HostView of(Fields host) {
    return new HostView(
        host.text("id"),
        host.text("type"),
        host.text("hostname"),
        host.text("ip"),
        host.number("port"),
        host.number("download_port"),
        host.flag("disable_shared"),
        host.text("os"),
        host.text("platform"),
        host.text("platform_family"),
        host.text("platform_version"),
        host.text("kernel_version"),
        Cpu.of(host),
        Memory.of(host),
        Network.of(host),
        Disk.of(host),
        Build.of(host),
        host.number("scheduler_cluster_id"),
        host.number("announce_interval"),
        host.time("created_at"),
        host.time("updated_at"));
  }

  /** Processors. */
  record Cpu(
      long logicalCount, long physicalCount, double percent, double processPercent, Times times) {
    static Cpu of(Fields host) {
      return new Cpu(
          host.number("cpu_logical_count"),
          host.number("cpu_physical_count"),
          host.fraction("cpu_percent"),
          host.fraction("cpu_process_percent"),
          Times.of(host));
    }
  }

  /** What the processors did. */
  record Times(
      double user,
      double system,
      double idle,
      double nice,
      double iowait,
      double irq,
      double softirq,
      double steal,
      double guest,
      double guestNice) {
    static Times of(Fields host) {
      return new Times(
          host.fraction("cpu_times_user"),
          host.fraction("cpu_times_system"),
          host.fraction("cpu_times_idle"),
          host.fraction("cpu_times_nice"),
          host.fraction("cpu_times_iowait"),
          host.fraction("cpu_times_irq"),
          host.fraction("cpu_times_softirq"),
          host.fraction("cpu_times_steal"),
          host.fraction("cpu_times_guest"),
          host.fraction("cpu_times_guest_nice"));
    }
  }

  /** Memory, in bytes. */
  record Memory(
      long total,
      long available,
      long used,
      double usedPercent,
      double processUsedPercent,
      long free) {
    static Memory of(Fields host) {
      return new Memory(
          host.number("memory_total"),
          host.number("memory_available"),
          host.number("memory_used"),
          host.fraction("memory_used_percent"),
          host.fraction("memory_process_used_percent"),
          host.number("memory_free"));
    }
  }

  /** Connections and rates. */
  record Network(
      long tcpConnectionCount,
      long uploadTcpConnectionCount,
      String location,
      String idc,
      long rxBandwidth,
      long maxRxBandwidth,
      long txBandwidth,
      long maxTxBandwidth) {
    static Network of(Fields host) {
      return new Network(
          host.networkNumber("tcp_connection_count"),
          host.networkNumber("upload_tcp_connection_count"),
          host.network("location"),
          host.network("idc"),
          host.networkNumber("rx_bandwidth"),
          host.networkNumber("max_rx_bandwidth"),
          host.networkNumber("tx_bandwidth"),
          host.networkNumber("max_tx_bandwidth"));
    }
  }

  /** The disk, in bytes. */
  record Disk(
      long total,
      long free,
      long used,
      double usedPercent,
      long inodesTotal,
      long inodesUsed,
      long inodesFree,
      double inodesUsedPercent,
      long writeBandwidth,
      long readBandwidth) {
    static Disk of(Fields host) {
      return new Disk(
          host.number("disk_total"),
          host.number("disk_free"),
          host.number("disk_used"),
          host.fraction("disk_used_percent"),
          host.number("disk_inodes_total"),
          host.number("disk_inodes_used"),
          host.number("disk_inodes_free"),
          host.fraction("disk_inodes_used_percent"),
          host.number("disk_write_bandwidth"),
          host.number("disk_read_bandwidth"));
    }
  }

  /** The program. */
  record Build(String gitVersion, String gitCommit, String goVersion, String platform) {
    static Build of(Fields host) {
      return new Build(
          host.text("build_git_version"),
          host.text("build_git_commit"),
          host.text("build_go_version"),
          host.text("build_platform"));
    }
  }
}
