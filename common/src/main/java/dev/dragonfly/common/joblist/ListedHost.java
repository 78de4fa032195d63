package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.util.List;

/**
 * A host as the answer to sync_peers lists it; what is not said is empty or 0. Processors, memory,
 * disks and times of upstream are left out.
 *
 * @param type 0 normal, 1 super, 2 strong, 3 weak
 * @param port gRPC
 */
public record ListedHost(
    @JsonProperty("ID") String id,
    @JsonProperty("Type") int type,
    @JsonProperty("Hostname") String hostname,
    @JsonProperty("IP") String ip,
    @JsonProperty("Port") int port,
    @JsonProperty("DownloadPort") int downloadPort,
    @JsonProperty("ProxyPort") int proxyPort,
    @JsonProperty("OS") String os,
    @JsonProperty("Platform") String platform,
    @JsonProperty("PlatformFamily") String platformFamily,
    @JsonProperty("PlatformVersion") String platformVersion,
    @JsonProperty("KernelVersion") String kernelVersion,
    @JsonProperty("Network") Network network,
    @JsonProperty("Build") Build build,
    @JsonProperty("SchedulerClusterID") long schedulerClusterId) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public ListedHost {
    id = id == null ? "" : id;
    hostname = hostname == null ? "" : hostname;
    ip = ip == null ? "" : ip;
    os = os == null ? "" : os;
    platform = platform == null ? "" : platform;
    platformFamily = platformFamily == null ? "" : platformFamily;
    platformVersion = platformVersion == null ? "" : platformVersion;
    kernelVersion = kernelVersion == null ? "" : kernelVersion;
    network = network == null ? new Network("", "") : network;
    build = build == null ? new Build("", "", "") : build;
  }

  /** Where it stands. */
  public record Network(
      @JsonProperty("IDC") String idc, @JsonProperty("Location") String location) {
    @SuppressWarnings("NullAway") // As above.
    public Network {
      idc = idc == null ? "" : idc;
      location = location == null ? "" : location;
    }
  }

  /** Of what its daemon was built. */
  public record Build(
      @JsonProperty("GitVersion") String gitVersion,
      @JsonProperty("GitCommit") String gitCommit,
      @JsonProperty("Platform") String platform) {
    @SuppressWarnings("NullAway") // As above.
    public Build {
      gitVersion = gitVersion == null ? "" : gitVersion;
      gitCommit = gitCommit == null ? "" : gitCommit;
      platform = platform == null ? "" : platform;
    }
  }

  /**
   * Reads the answer of a {@link TaskState}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static List<ListedHost> read(String json) {
    return JobJson.readList(json, ListedHost.class);
  }

  public static String json(List<ListedHost> hosts) {
    return JobJson.write(hosts);
  }
}
