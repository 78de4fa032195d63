package dev.dragonfly.common.host;

/**
 * Load of a host; zero means not measured.
 *
 * @param cpuPercent use of all processors, 0 to 100
 * @param memoryTotal bytes
 * @param memoryAvailable bytes
 * @param diskTotal bytes of the file system that holds the storage
 * @param diskFree bytes
 * @param txBandwidth bits sent per second
 * @param maxTxBandwidth bits per second that may be sent
 * @param rxBandwidth bits received per second
 * @param maxRxBandwidth bits per second that may be received
 * @param uploads pieces that are being sent now
 */
public record HostStats(
    double cpuPercent,
    long memoryTotal,
    long memoryAvailable,
    long diskTotal,
    long diskFree,
    long txBandwidth,
    long maxTxBandwidth,
    long rxBandwidth,
    long maxRxBandwidth,
    int uploads) {
  /** Nothing measured. */
  public static final HostStats NONE = new HostStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
