package dev.dragonfly.scenario;

import dev.dragonfly.cluster.EmbeddedStores;
import dev.dragonfly.cluster.Soon;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A manager of upstream (2.5, machinery v1) as the Redis sees it: the documents are written out as
 * its library writes them, none comes from our code.
 */
final class UpstreamJobs implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int BROKER = 1;
  private static final int BACKEND = 2;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String queue;
  private final RedisClient client;
  private final RedisCommands<String, String> broker;
  private final RedisCommands<String, String> backend;

  /**
   * @param queue the list of the scheduler
   */
  UpstreamJobs(EmbeddedStores stores, String queue) {
    this.queue = queue;
    String[] place = stores.redisAddress().split(":");
    RedisURI uri =
        RedisURI.builder()
            .withHost(place[0])
            .withPort(Integer.parseInt(place[1]))
            .withPassword(stores.redisPassword().toCharArray())
            .build();
    this.client = RedisClient.create(uri);
    this.broker = client.connect().sync();
    this.broker.select(BROKER);
    this.backend = client.connect().sync();
    this.backend.select(BACKEND);
  }

  /** A job with arguments, in a group of its own; returns what the scheduler answered. */
  JsonNode ask(String name, String arguments) {
    String group = "group_" + UUID.randomUUID();
    String task = "task_" + UUID.randomUUID();
    keep(
        group,
        """
        {"GroupUUID":"%s","TaskUUIDs":["%s"],"ChordTriggered":false,"Lock":false,"CreatedAt":"%s","TTL":0}\
        """
            .formatted(group, task, Instant.now()));
    String text = JsonNodeFactory.instance.stringNode(arguments).toString();
    return send(
        task, name, group, 1, "[{\"Name\":\"\",\"Type\":\"string\",\"Value\":%s}]".formatted(text));
  }

  /** A job without arguments and group. */
  JsonNode ask(String name) {
    return send("task_" + UUID.randomUUID(), name, "", 0, "null");
  }

  private JsonNode send(String task, String name, String group, int count, String arguments) {
    keep(
        task,
        """
        {"TaskUUID":"%s","TaskName":"%s","State":"PENDING","Results":null,"Error":"","CreatedAt":"%s","TTL":0}\
        """
            .formatted(task, name, Instant.now()));
    broker.rpush(
        queue,
        """
        {"UUID":"%s","Name":"%s","RoutingKey":"%s","ETA":null,"GroupUUID":"%s","GroupTaskCount":%d,"Args":%s,"Headers":{},"Priority":0,"Immutable":false,"RetryCount":0,"RetryTimeout":0,"OnSuccess":null,"OnError":null,"ChordCallback":null,"BrokerMessageGroupId":"","SQSReceiptHandle":"","StopTaskDeletionOnError":false,"IgnoreWhenTaskNotRegistered":false}\
        """
            .formatted(task, name, queue, group, count, arguments));
    Soon.holds(
        () -> name + " is done: " + state(task),
        LIMIT,
        () -> state(task).path("State").asString("").equals("SUCCESS"));
    return JSON.readTree(state(task).at("/Results/0/Value").asString());
  }

  private JsonNode state(String task) {
    return JSON.readTree(String.valueOf(backend.get(task)));
  }

  private void keep(String key, String document) {
    backend.set(key, document, SetArgs.Builder.ex(86_400));
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
