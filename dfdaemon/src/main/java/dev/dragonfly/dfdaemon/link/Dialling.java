package dev.dragonfly.dfdaemon.link;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one attempt to reach a host, with all who wait for it. Guarded by the monitor of {@link
 * Links}.
 */
final class Dialling {
  final List<Consumer<LinkOutcome>> waiting = new ArrayList<>();

  /** Connections of the other host to this one that wait for what becomes of the attempt. */
  final List<Runnable> crossing = new ArrayList<>();

  @Nullable Channel channel;
}
