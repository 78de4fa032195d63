package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.oci.Manifest;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.task.UrlNormalizer;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lets a caller have shared content only when its origin lets him have it: because it gave him a
 * manifest with that digest within the last minutes, or because it says so now. Whether an origin
 * has what it speaks of is another question, see {@link PossessionProofs}. Blocks.
 */
public final class Gatekeeper {

  /** Some hundred images with their layers; who is forgotten costs one question more. */
  private static final int GRANTS = 32_768;

  private final OriginClient client;
  private final RegistryLogin login;
  private final Entitlements entitlements;
  private final TaskStore store;

  public Gatekeeper(OriginClient client, RegistryLogin login, Time time, TaskStore store) {
    this.client = client;
    this.login = login;
    this.entitlements = new Entitlements(time, GRANTS);
    this.store = store;
  }

  /**
   * Whether the caller may have the content from us. If not, the origin gives its own answer.
   *
   * @throws dev.dragonfly.common.error.DragonflyException when the origin cannot be asked
   */
  public boolean letsIn(Caller caller, Origin origin, TaskSpec spec, TaskId task) {
    if (origin.registry().isEmpty() && isOfAnother(task, spec)) {
      return false;
    }
    Entitlements.Holder holder = holder(caller, origin);
    String content = spec.digest().map(Digest::toString).orElse(task.value());
    if (entitlements.holds(holder, content)) {
      return true;
    }
    try (OriginAnswer answer = ask(caller, origin)) {
      boolean fine = answer.status() >= 200 && answer.status() < 400;
      if (fine) {
        entitlements.grant(holder, content);
      } else {
        refused(caller, origin, answer.status());
      }
      return fine;
    }
  }

  /** A caller and a content of a registry, to be looked up again and again. */
  public static final class Pass {
    private final Entitlements.Holder holder;
    private final String content;

    private Pass(Entitlements.Holder holder, String content) {
      this.holder = holder;
      this.content = content;
    }
  }

  /** The pass of the caller for the content; it says nothing about whether it is good. */
  public Pass pass(Caller caller, Origin origin, Digest content) {
    return new Pass(holder(caller, origin), content.toString());
  }

  /** Whether he was let in a short while ago, so that nobody has to be asked. Does not block. */
  public boolean hasLetIn(Pass pass) {
    return entitlements.holds(pass.holder, pass.content);
  }

  /**
   * Identities are texts put together, so that two downloads of different things may have the same:
   * what one of them may read says nothing about the other.
   */
  private boolean isOfAnother(TaskId task, TaskSpec spec) {
    return store
        .find(task)
        .filter(stored -> !identity(stored.spec()).equals(identity(spec)))
        .isPresent();
  }

  private static Object identity(TaskSpec spec) {
    return new Identity(
        spec.contentForId().isPresent()
            ? spec.url()
            : UrlNormalizer.normalize(spec.url(), spec.filteredQueryParams()),
        spec.tag(),
        spec.application(),
        spec.contentForId());
  }

  private record Identity(
      String url, Optional<String> tag, Optional<String> application, Optional<String> content) {}

  private Entitlements.Holder holder(Caller caller, Origin origin) {
    return new Entitlements.Holder(login.key(caller, origin), origin.scope());
  }

  /** The registry gave the caller a manifest: he may have what it consists of. */
  public void gaveManifest(Caller caller, Origin origin, InputStream manifest) {
    Entitlements.Holder holder = holder(caller, origin);
    Manifest.read(manifest)
        .ifPresent(known ->
            known.digests().forEach(digest -> entitlements.grant(holder, digest.toString())));
  }

  /** What the origin answered; when it does not know the caller any more, neither do we. */
  public void refused(Caller caller, Origin origin, int status) {
    if (status == 401 || status == 403) {
      entitlements.revoke(holder(caller, origin));
    }
  }

  /** The length of the content, from its origin, where it tells. */
  public OptionalLong length(Caller caller, Origin origin) {
    OriginRequest head = new OriginRequest(true, origin.url(), forTask(caller, origin));
    try (OriginAnswer answer = login.withLogin(caller, origin, head, client::follow)) {
      return answer.status() == 200 ? answer.contentLength() : OptionalLong.empty();
    }
  }

  /** A registry has a HEAD; a signed URL may be good for GET alone. */
  private OriginAnswer ask(Caller caller, Origin origin) {
    Headers header = forTask(caller, origin);
    if (origin.registry().isPresent()) {
      OriginRequest head = new OriginRequest(true, origin.url(), header);
      return login.withLogin(caller, origin, head, client::ask);
    }
    OriginRequest part = new OriginRequest(false, origin.url(), header.plus("Range", "bytes=0-0"));
    return login.withLogin(caller, origin, part, client::follow);
  }

  private static Headers forTask(Caller caller, Origin origin) {
    return HeaderFilter.forTask(caller.header(), origin.registry().isPresent());
  }
}
