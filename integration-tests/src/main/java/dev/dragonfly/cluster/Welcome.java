package dev.dragonfly.cluster;

import java.io.Console;
import java.io.PrintStream;

/** What a newcomer sees when the cluster is up. */
final class Welcome {
  private static final String SAMPLE =
      "https://repo.maven.apache.org/maven2/org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.zip";

  private Welcome() {}

  @SuppressWarnings("SystemConsoleNull") // Its specification allows null.
  static void print(LocalCluster cluster, PrintStream out) {
    Console console = System.console();
    boolean colour = console != null && console.isTerminal();
    String bold = colour ? "\u001b[1m" : "";
    String plain = colour ? "\u001b[0m" : "";
    out.println();
    out.println(bold + "Dragonfly is up" + plain + " in " + cluster.folder());
    out.println();
    String rest = cluster.manager().ready("rest");
    out.println("  manager     " + rest + "   its API: " + rest + "/swagger-ui/index.html");
    out.println("              user root, password in " + cluster.manager().ready("password_file"));
    out.println(
        "              other schedulers and seeds join with the token in "
            + cluster.manager().ready("join_token_file"));
    out.println("  scheduler   " + cluster.scheduler().ready("grpc"));
    out.println("  seed        " + cluster.seed().process().ready("piece"));
    for (PeerNode peer : cluster.peers()) {
      out.println(
          "  " + peer.process().name() + "      " + peer.socket() + "  proxy " + peer.proxy());
    }
    out.println();
    out.println(bold + "Try" + plain + " (in another terminal)");
    out.println("  ./dragonfly dfget " + SAMPLE + " -O /tmp/sample.zip");
    out.println(
        "  ./dragonfly dfget " + SAMPLE + " -O /tmp/again.zip --peer 1    # comes from a peer");
    out.println("  ./dragonfly ctl task find " + SAMPLE + "    # who holds it");
    out.println("  ./dragonfly ctl preheat URL --scope all_peers    # before anybody asks");
    out.println(
        "  curl -s "
            + "http://"
            + cluster.peer(0).process().ready("metrics")
            + "/metrics | grep received    # who gave how much");
    out.println();
    out.println("Ctrl-C stops everything and leaves nothing behind.");
  }
}
