package dev.dragonfly.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Moves threads of this process into network namespaces (setns(2)). A socket belongs for its whole
 * life to the namespace of the thread that opened it; threads and processes start in that of their
 * parent.
 */
public final class Namespaces {
  private static final int NETWORK = 0x40000000; // CLONE_NEWNET of sched.h.

  private Namespaces() {}

  static Path file(String namespace) {
    return Path.of("/run/netns", namespace);
  }

  /**
   * Moves this thread, a platform thread, for good. Whoever wants all of the process there calls it
   * before other threads exist.
   */
  public static void enter(LabNode node) {
    Linker linker = Linker.nativeLinker();
    MethodHandle open =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    MethodHandle close = callOfNumbers(linker, "close", 1);
    MethodHandle setns = callOfNumbers(linker, "setns", 2);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file(node.namespace()).toString());
      int descriptor = (int) open.invokeExact(path, 0);
      int moved = (int) setns.invokeExact(descriptor, NETWORK);
      int closed = (int) close.invokeExact(descriptor);
      if (moved != 0 || closed != 0) {
        throw new LabException("cannot enter " + file(node.namespace()) + " (root only)");
      }
    } catch (LabException e) {
      throw e;
    } catch (Throwable e) {
      throw new LabException("cannot enter " + file(node.namespace()), e);
    }
  }

  private static MethodHandle callOfNumbers(Linker linker, String name, int arguments) {
    FunctionDescriptor shape = FunctionDescriptor.of(ValueLayout.JAVA_INT);
    for (int i = 0; i < arguments; i++) {
      shape = shape.appendArgumentLayouts(ValueLayout.JAVA_INT);
    }
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
  }

  /** Runs it on a thread of that machine and waits for what it returns. */
  public static <T> T inside(LabNode node, Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("in-" + node.namespace())
        .daemon()
        .start(() -> {
          try {
            enter(node);
            result.complete(action.get());
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new LabException("failed in " + node.namespace(), e);
    }
  }
}
