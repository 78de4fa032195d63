package dev.dragonfly.common.joblist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The documents are those that managers and schedulers of upstream exchange. */
final class JobListTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456789Z");
  private static final UUID ID = UUID.fromString("6f1c7b7e-4f0e-4f3a-9c55-2d9f6b1f0a11");

  @Test
  void keysAreThoseOfUpstream() {
    assertThat(JobKeys.queue(1, "scheduler-0", "10.0.0.3"))
        .isEqualTo("scheduler_1_scheduler-0_10.0.0.3");
    assertThat(JobKeys.task(ID)).isEqualTo("task_" + ID);
    assertThat(JobKeys.group(ID)).isEqualTo("group_" + ID);
    assertThat(JobKeys.KEPT.toSeconds()).isEqualTo(86400);
  }

  @Test
  void everyKindIsFoundByItsWord() {
    for (JobKind kind : JobKind.values()) {
      assertThat(JobKind.of(kind.word())).contains(kind);
    }
    assertThat(JobKind.of("gc")).isEmpty();
  }

  @Test
  void aSignatureHasAllNames() {
    Signature signature =
        Signature.of(
            JobKind.GET_TASK, "task_1", "group_1", "scheduler_1_a_b", "{\"task_id\":\"x\"}");
    assertSame(
        signature.json(),
        """
        {"UUID":"task_1","Name":"get_task","RoutingKey":"scheduler_1_a_b","ETA":null,
         "GroupUUID":"group_1","GroupTaskCount":1,
         "Args":[{"Name":"","Type":"string","Value":"{\\"task_id\\":\\"x\\"}"}],
         "Headers":{},"Priority":0,"Immutable":false,"RetryCount":0,"RetryTimeout":0,
         "OnSuccess":null,"OnError":null,"ChordCallback":null,"BrokerMessageGroupId":"",
         "SQSReceiptHandle":"","StopTaskDeletionOnError":false,"IgnoreWhenTaskNotRegistered":false}
        """);
    assertThat(Signature.read(signature.json())).isEqualTo(signature);
    assertThat(signature.argument()).isEqualTo("{\"task_id\":\"x\"}");
  }

  @Test
  void aSignatureWithoutArgumentsIsReadHoweverNothingIsWritten() {
    Signature read =
        Signature.read(
            """
            {"UUID":"task_2","Name":"sync_peers","RoutingKey":"q","ETA":null,"GroupUUID":"",
             "GroupTaskCount":0,"Args":null,"Headers":null,"Priority":0}
            """);
    assertThat(read).isEqualTo(Signature.alone(JobKind.SYNC_PEERS, "task_2", "q"));
    assertThatThrownBy(read::argument)
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("no argument");
  }

  @Test
  void aStateGoesFromPendingToItsAnswer() {
    TaskState pending = TaskState.pending(Signature.alone(JobKind.PREHEAT, "task_1", "q"), NOW);
    assertSame(
        pending.json(),
        """
        {"TaskUUID":"task_1","TaskName":"preheat","State":"PENDING","Results":null,"Error":"",
         "CreatedAt":"2026-11-23T10:00:00.123456789Z","TTL":0}
        """);
    assertThat(pending.received().state()).isEqualTo(TaskState.State.RECEIVED);
    assertThat(pending.started().ended()).isFalse();
    TaskState ended = pending.started().succeeded("{}");
    assertThat(ended.ended()).isTrue();
    assertSame(
        ended.json(),
        """
        {"TaskUUID":"task_1","TaskName":"preheat","State":"SUCCESS",
         "Results":[{"Type":"string","Value":"{}"}],"Error":"",
         "CreatedAt":"2026-11-23T10:00:00.123456789Z","TTL":0}
        """);
    assertThat(TaskState.read(ended.json())).isEqualTo(ended);
    assertThat(ended.result()).contains("{}");
    assertThat(pending.failed("why").error()).isEqualTo("why");
    assertThat(pending.failed("why").result()).isEmpty();
  }

  @Test
  void timesAreReadWithTheOffsetThatGoWrites() {
    TaskState read =
        TaskState.read("{\"State\":\"STARTED\",\"CreatedAt\":\"2026-11-23T18:00:00.5+08:00\"}");
    assertThat(read.createdAt()).isEqualTo(Instant.parse("2026-11-23T10:00:00.5Z"));
  }

  @Test
  void aGroupNamesItsTasks() {
    GroupMeta group = GroupMeta.of("group_1", List.of("task_1"), NOW);
    assertSame(
        group.json(),
        """
        {"GroupUUID":"group_1","TaskUUIDs":["task_1"],"ChordTriggered":false,"Lock":false,
         "CreatedAt":"2026-11-23T10:00:00.123456789Z","TTL":0}
        """);
  }

  @Test
  void argumentsOfAPreheatHaveTheirNames() {
    PreheatArguments arguments =
        new PreheatArguments(
            "",
            List.of("https://example.com/a"),
            OptionalLong.of(4 << 20),
            "t",
            "ns&Expires",
            Map.of("Authorization", "Bearer x"),
            "app",
            0,
            "all_peers",
            List.of(),
            OptionalInt.of(50),
            OptionalInt.empty(),
            8,
            500,
            List.of(),
            false,
            Duration.ofHours(1),
            "group_1",
            "task_1",
            Optional.empty(),
            Optional.of(new PreheatArguments.Hdfs("token")),
            Optional.empty());
    assertSame(
        arguments.json(),
        """
        {"url":"","urls":["https://example.com/a"],"pieceLength":4194304,"tag":"t",
         "filtered_query_params":"ns&Expires","headers":{"Authorization":"Bearer x"},
         "application":"app","priority":0,"scope":"all_peers","ips":[],"percentage":50,
         "count":null,"concurrent_task_count":8,"concurrent_peer_count":500,
         "certificate_chain":[],"insecure_skip_verify":false,"timeout":3600000000000,
         "group_uuid":"group_1","task_uuid":"task_1","object_storage":null,
         "hdfs":{"delegation_token":"token"},"output_path":null}
        """);
    assertThat(PreheatArguments.read(arguments.json())).isEqualTo(arguments);
    assertThat(arguments.toString()).doesNotContain("Bearer").doesNotContain("token");
  }

  @Test
  void argumentsOfAPreheatOfUpstreamAreReadWithTheirNulls() {
    PreheatArguments read =
        PreheatArguments.read(
            """
            {"url":"","urls":["http://o/a"],"pieceLength":null,"tag":"","filtered_query_params":"",
             "headers":null,"application":"","priority":0,"scope":"single_seed_peer","ips":null,
             "percentage":null,"count":null,"concurrent_task_count":8,"concurrent_peer_count":500,
             "certificate_chain":null,"insecure_skip_verify":true,"timeout":60000000000,
             "group_uuid":"g","task_uuid":"t",
             "object_storage":{"region":"r","access_key_secret":"s"},"hdfs":null,"output_path":null}
            """);
    assertThat(read.pieceLength()).isEmpty();
    assertThat(read.headers()).isEmpty();
    assertThat(read.timeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(read.objectStorage().orElseThrow().accessKeySecret()).isEqualTo("s");
    assertThat(read.objectStorage().orElseThrow().endpoint()).isEmpty();
    assertThat(read.hdfs()).isEmpty();
  }

  @Test
  void argumentsOfTheOtherKindsHaveTheirNames() {
    GetTaskArguments get = new GetTaskArguments("id", Duration.ofSeconds(1), "g", "t", 500);
    assertSame(
        get.json(),
        """
        {"task_id":"id","timeout":1000000000,"group_uuid":"g","task_uuid":"t",
         "concurrent_peer_count":500}
        """);
    assertThat(GetTaskArguments.read(get.json())).isEqualTo(get);
    DeleteTaskArguments delete = new DeleteTaskArguments("id", Duration.ofSeconds(1), "g", "t");
    assertSame(
        delete.json(),
        "{\"task_id\":\"id\",\"timeout\":1000000000,\"group_uuid\":\"g\",\"task_uuid\":\"t\"}");
    assertThat(DeleteTaskArguments.read(delete.json())).isEqualTo(delete);
  }

  @Test
  void resultsHaveTheirNames() {
    PreheatResult preheat =
        new PreheatResult(
            List.of(new PreheatResult.Success("u", "h", "i")),
            List.of(new PreheatResult.Failure("u", "h", "i", "d")),
            1);
    assertSame(
        preheat.json(),
        """
        {"success_tasks":[{"url":"u","hostname":"h","ip":"i"}],
         "failure_tasks":[{"url":"u","hostname":"h","ip":"i","description":"d"}],
         "scheduler_cluster_id":1}
        """);
    assertThat(PreheatResult.read(preheat.json())).isEqualTo(preheat);
    GetTaskResult get =
        new GetTaskResult(
            List.of(new GetTaskResult.Holder("p", "h", "i", "super", NOW, NOW, true)), 1);
    assertSame(
        get.json(),
        """
        {"peers":[{"id":"p","hostname":"h","ip":"i","host_type":"super",
         "created_at":"2026-11-23T10:00:00.123456789Z",
         "updated_at":"2026-11-23T10:00:00.123456789Z","IsFinished":true}],
         "scheduler_cluster_id":1}
        """);
    assertThat(GetTaskResult.read(get.json())).isEqualTo(get);
    DeleteTaskResult delete =
        new DeleteTaskResult(
            List.of(new DeleteTaskResult.Success("h", "i", "weak")),
            List.of(new DeleteTaskResult.Failure("h", "i", "normal", "d")),
            1);
    assertSame(
        delete.json(),
        """
        {"success_tasks":[{"hostname":"h","ip":"i","host_type":"weak"}],
         "failure_tasks":[{"hostname":"h","ip":"i","host_type":"normal","description":"d"}],
         "scheduler_cluster_id":1}
        """);
    assertThat(DeleteTaskResult.read(delete.json())).isEqualTo(delete);
  }

  @Test
  void resultsOfUpstreamAreReadWithTheirNulls() {
    String nothing = "{\"peers\":null,\"success_tasks\":null,\"failure_tasks\":null}";
    assertThat(PreheatResult.read(nothing).successTasks()).isEmpty();
    assertThat(GetTaskResult.read(nothing).peers()).isEmpty();
    assertThat(DeleteTaskResult.read(nothing).failureTasks()).isEmpty();
  }

  @Test
  void hostsAreReadFromTheStructOfUpstream() {
    List<ListedHost> hosts =
        ListedHost.read(
            """
            [{"ID":"10.0.0.4-node","Type":1,"Name":"","Hostname":"node","IP":"10.0.0.4",
              "Port":4000,"DownloadPort":4001,"ProxyPort":4003,"ObjectStoragePort":0,
              "DisableShared":false,"OS":"linux","Platform":"debian","PlatformFamily":"debian",
              "PlatformVersion":"13","KernelVersion":"6.12","CPU":{"LogicalCount":8},"Memory":{},
              "Network":{"TCPConnectionCount":3,"Location":"eu|fr","IDC":"par"},"Disk":{},
              "Build":{"GitVersion":"2.1","GitCommit":"abc","GoVersion":"1.26","Platform":"linux"},
              "SchedulerClusterID":1,"AnnounceInterval":300000000000,"CreatedAt":{},"UpdatedAt":{}},
             {"ID":"bare"}]
            """);
    assertThat(hosts.getFirst())
        .isEqualTo(
            new ListedHost(
                "10.0.0.4-node",
                1,
                "node",
                "10.0.0.4",
                4000,
                4001,
                4003,
                "linux",
                "debian",
                "debian",
                "13",
                "6.12",
                new ListedHost.Network("par", "eu|fr"),
                new ListedHost.Build("2.1", "abc", "linux"),
                1));
    assertThat(hosts.getLast().network().idc()).isEmpty();
    assertThat(ListedHost.read(ListedHost.json(hosts))).isEqualTo(hosts);
    assertThat(ListedHost.read("null")).isEmpty();
  }

  @Test
  void whatIsBrokenIsRefusedWithoutItsText() {
    for (String broken : List.of("", "null", "[]", "{\"State\":\"secret\"}", "{\"secret", "7")) {
      assertThatThrownBy(() -> TaskState.read(broken))
          .as(broken)
          .isInstanceOf(DragonflyException.class)
          .hasMessageContaining("tried to read TaskState of the job list")
          .hasMessageNotContaining("secret");
    }
    assertThatThrownBy(() -> ListedHost.read("[null]")).isInstanceOf(DragonflyException.class);
    assertThatThrownBy(() -> PreheatArguments.read("{\"urls\":[null]}"))
        .isInstanceOf(DragonflyException.class);
    assertThatThrownBy(() -> PreheatArguments.read("{\"timeout\":\"long\"}"))
        .isInstanceOf(DragonflyException.class);
  }

  private static void assertSame(String json, String expected) {
    JsonMapper mapper = JsonMapper.shared();
    assertThat(mapper.readTree(json)).isEqualTo(mapper.readTree(expected));
  }
}
