package dev.dragonfly.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * Makes the startup caches: each service starts, the seed downloads once, each tool does what it is
 * for, and as they end they write down which classes that took. The daemon only starts: classes of
 * a cache are in memory from the beginning, and most nodes are at rest most of the time. The script
 * calls it once after a build.
 */
@Command(
    name = "train",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Makes the caches with which services and tools start faster.")
final class TrainCommand implements Callable<Integer> {
  private static final String FILE = "/training.bin";
  private static final long BYTES = 9L << 20; // More than two pieces.
  private static final int TOOL_SECONDS = 60;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (LocalCluster cluster = LocalCluster.train(ClusterSettings.ofPeers(1));
        TestOrigin origin = new TestOrigin()) {
      String url = origin.file(FILE, BYTES);
      Path output = cluster.folder().resolve("training");
      run(cluster, JavaProgram.DFGET, url, "-O", output.toString());
      run(
          cluster,
          JavaProgram.DFCTL,
          "cluster",
          "list",
          "--manager",
          cluster.manager().ready("rest"),
          "--password-file",
          cluster.manager().ready("password_file"));
    } catch (ClusterException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 1;
    }
    return 0;
  }

  private static void run(LocalCluster cluster, JavaProgram tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Home.find().training().command(tool));
    command.addAll(List.of(arguments));
    Path log = cluster.folder().resolve(tool + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("DRAGONFLY_SOCKET", cluster.seed().socket().toString());
    Process process = builder.start();
    if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new ClusterException(tool + " did not end within " + TOOL_SECONDS + " s");
    }
  }
}
