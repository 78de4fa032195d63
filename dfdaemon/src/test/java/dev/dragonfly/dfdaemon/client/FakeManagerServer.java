package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A manager on a loopback port. */
final class FakeManagerServer extends ManagerGrpc.ManagerImplBase implements AutoCloseable {

  final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
  volatile ListSchedulersResponse schedulers = ListSchedulersResponse.getDefaultInstance();
  private final Server server;

  FakeManagerServer() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(this)
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  Object next() throws InterruptedException {
    Object next = received.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return next;
  }

  @Override
  public void listSchedulers(
      ListSchedulersRequest request, StreamObserver<ListSchedulersResponse> answer) {
    received.add(request);
    answer.onNext(schedulers);
    answer.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
