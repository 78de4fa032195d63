package dev.dragonfly.manager.rpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds what is worked on at once. Calls that ask the database take turns, one connection fewer
 * than there are: a flood of searches must not keep signs of life from being stored, or everybody
 * would count as gone. Waiting happens on the call's own virtual thread.
 */
final class CallLimit implements ServerInterceptor {
  private static final int MOST_CALLS = 256;
  private static final int MOST_STREAMS = 8_192;

  /** Long, because the first calls of a start are slow and upstream schedulers ask only once. */
  private static final long TURN_SECONDS = 10;

  private final Semaphore calls = new Semaphore(MOST_CALLS);
  private final Semaphore streams = new Semaphore(MOST_STREAMS);
  private final Semaphore turns;

  /**
   * @param connections of the pool of the database
   */
  CallLimit(int connections) {
    this.turns = new Semaphore(Math.max(1, connections - 1));
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return new Unary<>(next.startCall(call, headers), call);
    }
    if (!streams.tryAcquire()) {
      call.close(busy("too many streams are open"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return new Streaming<>(next.startCall(call, headers));
  }

  private static Status busy(String reason) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "the manager is busy, " + reason + "; a retry is safe");
  }

  /**
   * A call takes its place when it is here as a whole: a stranger who left some hundred half sent
   * would keep everybody else out.
   */
  private final class Unary<A> extends SimpleForwardingServerCallListener<A> {
    private final ServerCall<A, ?> call;

    Unary(ServerCall.Listener<A> next, ServerCall<A, ?> call) {
      super(next);
      this.call = call;
    }

    /** The call is answered in here. */
    @Override
    public void onHalfClose() {
      if (!calls.tryAcquire()) {
        call.close(busy("too many calls are open"), new Metadata());
        return;
      }
      try {
        answerInTurn();
      } finally {
        calls.release();
      }
    }

    private void answerInTurn() {
      if (!hasTurn()) {
        call.close(busy("no turn came within " + TURN_SECONDS + " s"), new Metadata());
        return;
      }
      try {
        super.onHalfClose();
      } finally {
        turns.release();
      }
    }

    private boolean hasTurn() {
      try {
        return turns.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /** Gives its place back, once, however it ends. */
  private final class Streaming<A> extends SimpleForwardingServerCallListener<A> {
    private final AtomicBoolean over = new AtomicBoolean();

    Streaming(ServerCall.Listener<A> next) {
      super(next);
    }

    @Override
    public void onComplete() {
      super.onComplete();
      end();
    }

    @Override
    public void onCancel() {
      super.onCancel();
      end();
    }

    private void end() {
      if (over.compareAndSet(false, true)) {
        streams.release();
      }
    }
  }
}
