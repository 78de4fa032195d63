package dev.dragonfly.scenario;

import dev.dragonfly.cluster.Home;
import dev.dragonfly.cluster.JavaProgram;
import dev.dragonfly.registry.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** dfctl as a process, by the rights of a personal access token. */
public final class Dfctl {
  private final JobClient who;
  private final Path tokenFile;

  /**
   * @param folder for the file with the token
   */
  public Dfctl(JobClient who, Path folder) {
    this.who = who;
    try {
      this.tokenFile = Files.writeString(folder.resolve("dfctl-token"), who.token());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs it to its end. */
  public Commands.Outcome run(String... arguments) {
    List<String> command = new ArrayList<>(Home.find().command(JavaProgram.DFCTL));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--manager", who.url("").toString()));
    command.addAll(List.of("--token-file", tokenFile.toString()));
    return Commands.run(command);
  }
}
