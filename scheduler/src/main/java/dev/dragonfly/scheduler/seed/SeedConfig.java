package dev.dragonfly.scheduler.seed;

import java.time.Duration;

/**
 * How seeds are asked.
 *
 * @param lease how long the right to ask is kept without renewal
 * @param exhausted how long seeds are left alone after all of them failed
 * @param downloadTimeout longest download of a seed
 */
public record SeedConfig(Duration lease, Duration exhausted, Duration downloadTimeout) {}
