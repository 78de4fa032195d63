package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.policy.Intent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One announce stream. Its methods may be called by any thread and only post to the session's
 * {@link Mailbox}, which handles one message after the other on virtual threads.
 */
public final class PeerSession {
  private static final Logger LOG = LoggerFactory.getLogger(PeerSession.class);

  private final SessionServices services;
  private final Answers answers;
  private final String owner;
  private final Mailbox mailbox;
  private @Nullable Dialogue dialogue;
  private boolean over;

  /**
   * @param owner names the stream, unique in the cluster
   */
  public PeerSession(SessionServices services, Answers answers, String owner) {
    this.services = services;
    this.answers = answers;
    this.owner = owner;
    this.mailbox = new Mailbox(services.executor());
    services.metrics().opened();
  }

  /**
   * The first message.
   *
   * @param handled runs when it was dealt with, so that another may come
   */
  public void register(Registration first, Runnable handled) {
    mailbox.run(() -> handle(() -> open(first), handled));
  }

  /**
   * Any later message.
   *
   * @param handled as in {@link #register}
   */
  public void on(PeerEvent event, Runnable handled) {
    mailbox.run(() -> handle(() -> opened().on(event), handled));
  }

  /** The stream is gone, or the peer will say no more. */
  public void closed() {
    mailbox.post(() -> {
      if (dialogue != null && !dialogue.isOver()) {
        dialogue.abandon();
      } else if (!over) {
        answers.end();
      }
      end();
    });
  }

  private void open(Registration first) {
    services.metrics().registered();
    Host host =
        services
            .hosts()
            .find(first.hostId())
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.NOT_FOUND, "host " + first.hostId() + " not found"));
    first.admission().accept(host);
    services
        .blocks()
        .apply(host.type())
        .check(Intent.download(first.event().spec(), first.event().priority()));
    PeerWriter peer =
        new PeerWriter(
            services.graph(),
            first,
            host,
            owner,
            services.config().timing().peerLease(),
            services.time());
    dialogue = new Dialogue(services, first, peer, answers, mailbox);
    dialogue.begin();
  }

  private Dialogue opened() {
    if (dialogue == null) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION, "the first message of a stream must be a register");
    }
    return dialogue;
  }

  private void handle(Runnable action, Runnable handled) {
    if (over || (dialogue != null && dialogue.isOver())) {
      end();
      return;
    }
    try {
      action.run();
    } catch (DragonflyException e) {
      fail(e);
    } catch (RuntimeException e) {
      LOG.error("session failed owner={}", owner, e);
      fail(new DragonflyException(ErrorCode.INTERNAL, "Handled a message of a peer: " + e, e));
    } finally {
      handled.run();
      if (dialogue != null && dialogue.isOver()) {
        end();
      }
    }
  }

  private void fail(DragonflyException error) {
    if (dialogue == null) {
      LOG.info("stream refused owner={} error={}", owner, error.getMessage());
      answers.fail(error);
    } else if (!dialogue.isOver()) {
      dialogue.fail(error);
    }
    end();
  }

  private void end() {
    if (!over) {
      over = true;
      services.metrics().closed();
    }
  }
}
