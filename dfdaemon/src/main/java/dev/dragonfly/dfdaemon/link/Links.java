package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.dfdaemon.link.LinkOutcome.Failed;
import dev.dragonfly.dfdaemon.link.LinkOutcome.Linked;
import dev.dragonfly.dfdaemon.link.LinkOutcome.Plain;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of this host: at most one with each other host, whoever dialled. Safe for any thread;
 * the maps are guarded by the monitor, under which nobody is told.
 */
public final class Links implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  /** A crossing connection waits half as long as the other host waits for its answer. */
  private static final int CROSSING_SHARE = 2;

  private final LinkConfig config;
  private final LinkGround ground;
  private final LinkListener listener;
  private final BlockSender sender;
  private final PlainHosts plain;
  private final Connector connector;
  private final Map<HostId, NettyLink> links = new HashMap<>();
  private final Map<HostId, Dialling> diallings = new HashMap<>();
  private @Nullable LinkParts parts;

  /** Opens nothing; before {@link #start} connections are refused. */
  public Links(LinkConfig config, LinkGround ground, LinkListener listener) {
    this.config = config;
    this.ground = ground;
    this.listener = listener;
    this.sender =
        new BlockSender(
            config.slots(), ground.upload(), new SentContents(ground.disk(), ground.timers()));
    this.connector = new Connector(ground);
    this.plain = new PlainHosts(config.plainFor(), ground.time());
  }

  /**
   * Begins to speak.
   *
   * @param acceptor asked when another host begins a conversation
   */
  public synchronized void start(Acceptor acceptor) {
    parts =
        new LinkParts(
            config, acceptor, ground.buffers(), ground.download(), sender, ground.time(), listener);
  }

  /** The link with the host if there is one; dials nobody. */
  public Optional<Link> find(HostId host) {
    NettyLink link = linkWith(host);
    return link == null ? Optional.empty() : Optional.of(link);
  }

  /** How many links there are. */
  public synchronized int count() {
    return links.size();
  }

  private synchronized @Nullable NettyLink linkWith(HostId host) {
    NettyLink link = links.get(host);
    return link != null && link.isOpen() ? link : null;
  }

  /**
   * Gets the link with a host, or dials it. Who asks for the same host meanwhile shares the
   * attempt.
   *
   * @param at where the host serves pieces
   * @param then told once, at once or on a thread that must not wait, within about four seconds;
   *     must be short
   */
  public void connect(HostId host, InetSocketAddress at, Consumer<LinkOutcome> then) {
    LinkOutcome outcome = null;
    boolean dials = false;
    synchronized (this) {
      NettyLink there = linkWith(host);
      Dialling running = diallings.get(host);
      if (there != null) {
        outcome = new Linked(there);
      } else if (running != null) {
        running.waiting.add(then);
      } else if (!config.enabled() || plain.contains(at)) {
        outcome = new Plain();
      } else if (host.equals(ground.self()) || parts == null) {
        outcome = new Failed("this host does not link with " + host);
      } else if (!hasRoom()) {
        outcome = new Failed("too many links");
      } else {
        Dialling fresh = new Dialling();
        fresh.waiting.add(then);
        diallings.put(host, fresh);
        dials = true;
      }
    }
    if (outcome != null) {
      then.accept(outcome);
    } else if (dials) {
      dial(host, at);
    }
  }

  /** Room for one more; a link on which nobody speaks makes some. */
  private synchronized boolean hasRoom() {
    if (links.size() + diallings.size() < config.links()) {
      return true;
    }
    for (NettyLink link : links.values()) {
      if (link.isIdle()) {
        link.close(CloseReason.DONE, "idle, and another host wants to speak");
        return links.size() + diallings.size() == config.links();
      }
    }
    return false;
  }

  private void dial(HostId host, InetSocketAddress at) {
    ChannelFuture connecting = connector.dial(at);
    Channel channel = connecting.channel();
    synchronized (this) {
      Dialling dialling = diallings.get(host);
      if (dialling != null) {
        dialling.channel = channel;
      }
    }
    connecting.addListener((ChannelFuture connected) -> {
      if (connected.isSuccess()) {
        greet(host, at, channel);
      } else {
        settle(host, channel, new Failed("cannot connect: " + connected.cause()));
      }
    });
  }

  /** Says hello first, and waits for the other's. */
  private void greet(HostId host, InetSocketAddress at, Channel channel) {
    if (!isDialling(host, channel)) {
      channel.close(); // The other side's connection was there first.
      return;
    }
    Greeting ignored =
        new Greeting(
            channel,
            config.helloTimeout(),
            (greeting, hello) -> answered(host, at, channel, greeting, hello),
            silence -> {
              boolean refused = silence == Greeting.Silence.REFUSED;
              if (!refused && isDialling(host, channel)) {
                plain.add(at, silence == Greeting.Silence.PLAIN);
              }
              settle(host, channel, refused ? new Failed("refused") : new Plain());
            });
    channel.writeAndFlush(connector.hello());
  }

  private synchronized boolean isDialling(HostId host, Channel channel) {
    Dialling dialling = diallings.get(host);
    return dialling != null && (channel.equals(dialling.channel) || dialling.channel == null);
  }

  private void answered(
      HostId host, InetSocketAddress at, Channel channel, Greeting greeting, Frames.Hello hello) {
    if (!hello.speaks(Frames.VERSION)) {
      plain.add(at, true);
      settle(host, channel, new Plain());
      channel.close();
    } else if (!hello.host().equals(host.value())) {
      settle(host, channel, new Failed("another host answers: " + hello.host()));
      channel.close();
    } else if (isDialling(host, channel)) {
      begin(host, channel, greeting, true);
    } else {
      channel.close(); // The other side's connection was there first.
    }
  }

  /** Puts a connection to use and tells who waited for it. Event loop of the connection. */
  private void begin(HostId host, Channel channel, Greeting greeting, boolean dialled) {
    LinkParts with;
    NettyLink old;
    NettyLink link;
    Dialling ended;
    synchronized (this) {
      with = parts;
      if (with == null) {
        channel.close();
        return;
      }
      link = new NettyLink(with, channel, greeting.frames(), host, dialled, this::remove);
      old = links.put(host, link);
      ended = diallings.remove(host);
    }
    greeting.frames().tell(link);
    link.start();
    if (old != null) {
      old.close(CloseReason.LOST, "another connection took its place");
    }
    if (ended != null) {
      if (ended.channel != null && !ended.channel.equals(channel)) {
        ended.channel.close();
      }
      ended.waiting.forEach(then -> then.accept(new Linked(link)));
      ended.crossing.forEach(Runnable::run);
    }
  }

  private synchronized void remove(NettyLink link) {
    links.remove(link.host(), link);
  }

  /** The attempt came to nothing, unless the other side's connection was there first. */
  private void settle(HostId host, Channel channel, LinkOutcome outcome) {
    Dialling ended = takeDialling(host, channel);
    if (ended == null) {
      return;
    }
    LOG.debug("host not linked host={} outcome={}", host, outcome);
    if (ended.crossing.isEmpty()) {
      ended.waiting.forEach(then -> then.accept(outcome));
    } else {
      awaitCrossing(host, channel, ended, outcome);
    }
  }

  private synchronized @Nullable Dialling takeDialling(HostId host, Channel channel) {
    return isDialling(host, channel) ? diallings.remove(host) : null;
  }

  /** The other side has dialled too: its connection serves who waits here, if it comes to use. */
  private void awaitCrossing(HostId host, Channel channel, Dialling ended, LinkOutcome otherwise) {
    synchronized (this) {
      Dialling next = diallings.computeIfAbsent(host, key -> new Dialling());
      next.waiting.addAll(ended.waiting);
      next.channel = channel;
    }
    ended.crossing.forEach(Runnable::run);
    // It may be gone by now, or be refused: nobody waits for ever.
    ground
        .timers()
        .after(
            config.helloTimeout(),
            () -> {
              Dialling last = takeDialling(host, channel);
              if (last != null) {
                last.waiting.forEach(then -> then.accept(otherwise));
                last.crossing.forEach(Runnable::run);
              }
            });
  }

  /**
   * Takes a connection whose first packet begins a session; nothing of it has been read. On its
   * event loop.
   */
  public void accept(Channel channel) {
    connector.adopt(channel);
    Greeting ignored =
        new Greeting(
            channel,
            config.helloTimeout(),
            (greeting, hello) -> asked(channel, greeting, hello),
            silence -> LOG.debug("no session peer={} why={}", channel.remoteAddress(), silence));
  }

  private void asked(Channel channel, Greeting greeting, Frames.Hello hello) {
    HostId host = Frames.parsed(hello.host(), HostId::new);
    if (!hello.speaks(Frames.VERSION)) {
      channel.write(connector.hello());
      connector.refuse(channel, "no common version");
      return;
    }
    String refusal = refusal(host, channel);
    if (refusal != null) {
      connector.refuse(channel, refusal);
      return;
    }
    // It may only speak when it has its answer; until then nothing need be read.
    channel.config().setAutoRead(false);
    boolean[] decided = {false};
    Runnable decide = () -> onLoop(channel, () -> decide(host, channel, greeting, decided));
    if (!waitsForOwn(host, decide)) {
      decide.run();
    } else {
      channel
          .eventLoop()
          .schedule(
              decide, config.helloTimeout().toMillis() / CROSSING_SHARE, TimeUnit.MILLISECONDS);
    }
  }

  private static void onLoop(Channel channel, Runnable action) {
    if (channel.eventLoop().inEventLoop()) {
      action.run();
    } else {
      channel.eventLoop().execute(action);
    }
  }

  /**
   * Whether this host's own attempt goes first: of two connections that cross that of the smaller
   * host stays. But the other one is answered when the own attempt comes to nothing, or takes so
   * long that the other side would take this host for a plain one.
   */
  private synchronized boolean waitsForOwn(HostId host, Runnable decide) {
    Dialling dialling = diallings.get(host);
    if (dialling == null || ground.self().value().compareTo(host.value()) > 0) {
      return false;
    }
    dialling.crossing.add(decide);
    return true;
  }

  private void decide(HostId host, Channel channel, Greeting greeting, boolean[] decided) {
    if (decided[0] || !channel.isActive()) {
      return;
    }
    decided[0] = true;
    String refusal = refusal(host, channel);
    if (refusal != null) {
      connector.refuse(channel, refusal);
      return;
    }
    // Known before it is answered: the other side may refuse our own attempt for it at once. What
    // is said from now on waits for the next turn of this loop, so the hello is still the first.
    begin(host, channel, greeting, false);
    channel.writeAndFlush(connector.hello());
    channel.config().setAutoRead(true);
  }

  /** Why a connection of this host is not wanted; null when it is. */
  private synchronized @Nullable String refusal(HostId host, Channel channel) {
    if (!config.enabled() || parts == null || host.equals(ground.self())) {
      return "no sessions";
    }
    NettyLink there = linkWith(host);
    if (there == null) {
      return hasRoom() ? null : "too many links";
    }
    if (there.isDialled() && there.isYoung() && ground.self().value().compareTo(host.value()) < 0) {
      return "crossed by another connection";
    }
    // Who dials again has lost the first one, and this side has not noticed. But nobody takes over
    // the link of a host from another address by its name alone.
    return Connector.isSameAddress(channel, there.channel()) ? null : "linked already";
  }

  /** Ends all links; waits at most 2 s. */
  @Override
  public void close() {
    List<Consumer<LinkOutcome>> waiting = new ArrayList<>();
    synchronized (this) {
      parts = null;
      diallings.values().forEach(dialling -> waiting.addAll(dialling.waiting));
      diallings.clear();
    }
    waiting.forEach(then -> then.accept(new Failed("this host ends")));
    connector.close();
  }
}
