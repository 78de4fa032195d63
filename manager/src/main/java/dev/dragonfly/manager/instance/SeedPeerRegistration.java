package dev.dragonfly.manager.instance;

/** What a seed peer says about itself when it starts. */
public record SeedPeerRegistration(
    InstanceKey key, String type, int port, int downloadPort, String idc, String location) {}
