package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The append-only record of one task. A record counts when it is whole: a tail torn by a crash is
 * cut off when the journal is loaded. Appends of one task are serialised by this object's monitor;
 * runs on disk threads.
 */
final class Journal {
  private final Path file;
  private final OpenFiles files;
  private long end;

  private Journal(Path file, OpenFiles files, long end) {
    this.file = file;
    this.files = files;
    this.end = end;
  }

  static Journal create(Path file, OpenFiles files) throws IOException {
    Files.createDirectories(file.getParent());
    return new Journal(file, files, 0);
  }

  /** A journal and what it says. */
  record Loaded(Journal journal, List<JournalRecord> records) {}

  /** Reads a journal and forgets a torn tail. */
  static Loaded load(Path file, OpenFiles files) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<JournalRecord> records = JournalCodec.decode(bytes);
    return new Loaded(new Journal(file, files, bytes.position()), records);
  }

  synchronized void append(JournalRecord record) throws IOException {
    ByteBuffer bytes = JournalCodec.encode(record);
    int length = bytes.remaining();
    files.use(
        file,
        channel -> {
          if (channel.size() > end) {
            channel.truncate(end);
          }
          long at = end;
          while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
          }
        });
    end += length;
  }

  synchronized void force() throws IOException {
    files.use(
        file,
        channel -> {
          channel.force(false);
        });
  }

  synchronized void delete() throws IOException {
    files.forget(file);
    Files.deleteIfExists(file);
  }
}
