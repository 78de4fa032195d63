package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for secrets wherever a cluster writes: its logs, its folders and its database. */
final class Leaks {
  private final LocalCluster cluster;

  Leaks(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Expects none of the secrets in any file and in any row; returns how many characters it read.
   */
  long assertNone(List<String> secrets) throws IOException, SQLException {
    long read = 0;
    for (String place : places()) {
      secrets.forEach(
          secret -> assertThat(place.contains(secret)).as(around(place, secret)).isFalse());
      read += place.length();
    }
    return read;
  }

  private static String around(String place, String secret) {
    int at = place.indexOf(secret);
    return at < 0
        ? "clean"
        : place.substring(Math.max(0, at - 200), Math.min(place.length(), at + 200));
  }

  private List<String> places() throws IOException, SQLException {
    List<String> places = new ArrayList<>();
    int logs = 0;
    try (Stream<Path> files = Files.walk(cluster.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        logs += file.toString().endsWith(".log") ? 1 : 0;
        places.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(logs).as("logs of manager, scheduler, seed and peers").isGreaterThan(4);
    places.addAll(rows());
    return places;
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
}
