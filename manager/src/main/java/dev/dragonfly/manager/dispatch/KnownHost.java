package dev.dragonfly.manager.dispatch;

/**
 * A host that a scheduler knows, as the list of peers shows it; what is not known is empty or 0.
 *
 * @param host who
 * @param port gRPC
 */
public record KnownHost(
    JobHost host,
    String idc,
    String location,
    int port,
    int downloadPort,
    int proxyPort,
    String os,
    String platform,
    String platformFamily,
    String platformVersion,
    String kernelVersion,
    String gitVersion,
    String gitCommit,
    String buildPlatform) {}
