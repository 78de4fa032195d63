package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.util.List;

/**
 * What a scheduler says about itself when it starts.
 *
 * @param features what it is willing to do
 * @param config an object; its {@code manager_keep_alive_interval} (nanoseconds) says how often it
 *     will be heard of
 */
public record SchedulerRegistration(
    InstanceKey key,
    int port,
    String idc,
    String location,
    List<String> features,
    JsonDocument config) {

  public SchedulerRegistration {
    features = List.copyOf(features);
  }
}
