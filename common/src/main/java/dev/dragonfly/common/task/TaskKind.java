package dev.dragonfly.common.task;

/** The families of tasks. They differ in data only. */
public enum TaskKind {
  /** Content of a URL, cached while there is room. */
  STANDARD("tasks"),
  /** Content of an object store with a number of replicas that are kept. */
  PERSISTENT("persistent-tasks"),
  /** A file shared by a peer, without a source. */
  PERSISTENT_CACHE("persistent-cache-tasks"),
  /** Reserved by the wire; answered as unimplemented. */
  CACHE("cache-tasks");

  private final String contentFolder;

  TaskKind(String contentFolder) {
    this.contentFolder = contentFolder;
  }

  /** The folder below {@code content/} that holds the files of this kind. */
  public String contentFolder() {
    return contentFolder;
  }
}
