package dev.dragonfly.manager.searcher;

/** Who asks for schedulers; every value but the hostname may be empty. */
public record Daemon(String hostname, String ip, String idc, String location) {}
