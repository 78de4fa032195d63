package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must be done before a conversation can begin. Blocks; on a virtual thread, lock-free. */
final class RegisterPreparation {
  private static final Logger LOG = LoggerFactory.getLogger(RegisterPreparation.class);

  private final TaskId task;
  private final Supplier<PeerEvent.Register> register;
  private final HostAnnouncement announcement;

  RegisterPreparation(
      TaskId task, Supplier<PeerEvent.Register> register, HostAnnouncement announcement) {
    this.task = task;
    this.register = register;
    this.announcement = announcement;
  }

  /** Makes the register, after the host was announced if it must be; tells one of the two. */
  void make(
      InetSocketAddress scheduler,
      boolean announceFirst,
      Consumer<PeerEvent.Register> onMade,
      Consumer<DragonflyException> onFailed) {
    PeerEvent.Register made;
    try {
      if (announceFirst) {
        announcement.announceNow(scheduler);
      }
      made = register.get();
    } catch (DragonflyException e) {
      onFailed.accept(e);
      return;
    } catch (RuntimeException e) {
      LOG.warn("register not made task={} scheduler={}", task, scheduler, e);
      String message = "the register of task " + task + " could not be made: " + e;
      onFailed.accept(new DragonflyException(ErrorCode.INTERNAL, message, e));
      return;
    }
    onMade.accept(made);
  }
}
