package dev.dragonfly.manager.instance;

/**
 * One keep-alive stream of an instance.
 *
 * @param id the number of the instance's row
 * @param generation counts the streams of the instance; the highest speaks for it
 */
public record KeepAlive(InstanceKey key, long id, long generation) {
  @Override
  public String toString() {
    return key + " id=" + id + " generation=" + generation;
  }
}
