package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for secrets wherever a cluster writes: its logs, its folders and its database. Stores that
 * nobody has written to since before it was made are left out: what was used later is not in them.
 */
final class Leaks {
  private static final Duration MARGIN = Duration.ofSeconds(10);

  private final LocalCluster cluster;
  private final FileTime since = FileTime.from(Instant.now().minus(MARGIN));

  Leaks(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /** Expects none of the secrets in any file and in any row; returns how many bytes it read. */
  long assertNone(List<String> secrets) throws IOException, SQLException {
    Search files = new Search(secrets, since);
    Files.walkFileTree(cluster.folder(), files);
    assertThat(files.logs).as("logs of manager, scheduler, seed and peers").isGreaterThan(4);
    long read = files.read;
    for (String row : rows()) {
      read += assertNone("database", row, secrets);
    }
    return read;
  }

  private static long assertNone(String place, String text, List<String> secrets) {
    for (String secret : secrets) {
      assertThat(text.contains(secret)).as(place + ": " + around(text, secret)).isFalse();
    }
    return text.length();
  }

  private static String around(String text, String secret) {
    int at = text.indexOf(secret);
    return at < 0
        ? "clean"
        : text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 200));
  }

  /** Every table, each row as text. */
  private List<String> rows() throws SQLException {
    List<String> tables = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    try (Connection database = DriverManager.getConnection(cluster.stores().databaseUrl());
        Statement statement = database.createStatement()) {
      try (ResultSet found =
          statement.executeQuery(
              "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
      for (String table : tables) {
        try (ResultSet row = statement.executeQuery("SELECT t::text FROM " + table + " t")) {
          while (row.next()) {
            rows.add(row.getString(1));
          }
        }
      }
    }
    assertThat(tables).contains("public.jobs", "public.job_secrets");
    return rows;
  }

  /** Reads every file that is still there when its turn comes: services and stores go on. */
  private static final class Search extends SimpleFileVisitor<Path> {
    private final List<String> secrets;
    private final FileTime since;
    private long read;
    private int logs;

    Search(List<String> secrets, FileTime since) {
      this.secrets = secrets;
      this.since = since;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      boolean log = file.toString().endsWith(".log");
      if (attributes.isRegularFile()
          && (log || attributes.lastModifiedTime().compareTo(since) > 0)) {
        try {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          read += assertNone(file.toString(), text, secrets);
          logs += log ? 1 : 0;
        } catch (NoSuchFileException e) {
          return visitFileFailed(file, e);
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }
}
