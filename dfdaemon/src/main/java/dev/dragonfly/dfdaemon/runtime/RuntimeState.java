package dev.dragonfly.dfdaemon.runtime;

import java.util.List;
import java.util.Set;

/**
 * How a runtime that is on this node stands to the proxy.
 *
 * @param pointed whether it asks the proxy, by us or by others, at least for some registries
 * @param proxies addresses of proxies that we wrote into its files
 * @param isReadable whether all that concerns it could be read
 * @param namesNeedContainerd2 whether only containerd 2.x finds its registries
 * @param changes what configure would do
 * @param remarks what is to be known of it
 */
public record RuntimeState(
    RuntimeKind kind,
    boolean pointed,
    Set<String> proxies,
    boolean isReadable,
    boolean namesNeedContainerd2,
    List<FileChange> changes,
    List<Remark> remarks) {
  /** Copies them. */
  public RuntimeState {
    proxies = Set.copyOf(proxies);
    changes = List.copyOf(changes);
    remarks = List.copyOf(remarks);
  }

  /** Remarks of a level, as texts. */
  public List<String> remarks(Remark.Level level) {
    return remarks.stream().filter(r -> r.level() == level).map(Remark::text).toList();
  }
}
