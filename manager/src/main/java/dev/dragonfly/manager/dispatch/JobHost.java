package dev.dragonfly.manager.dispatch;

/**
 * A host as jobs show it.
 *
 * @param type normal, super, strong or weak
 */
public record JobHost(String hostId, String hostname, String ip, String type) {}
