package dev.haul.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for SIGTERM or SIGINT and says with which exit code to end: 0 after SIGTERM, which is how a
 * process is asked to stop, and 130 after Ctrl-C. A second signal ends the process at once.
 *
 * <p>A shutdown hook cannot tell the signals apart nor choose the exit code, and sun.misc.Signal is
 * the only other way; it is reached by reflection as javac warns about every use of it.
 */
final class StopSignal {
  private static final int KILLED_BY_TERM = 143;

  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  private StopSignal() {}

  /** Takes over both signals of this process. */
  static StopSignal install() {
    var stop = new StopSignal();
    stop.handle("TERM", ExitCode.OK, KILLED_BY_TERM);
    stop.handle("INT", ExitCode.INTERRUPTED, ExitCode.INTERRUPTED);
    return stop;
  }

  private void handle(String name, int first, int second) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.invoke(this, arguments);
          }
          if (!exitCode.complete(first)) {
            Runtime.getRuntime().halt(second);
          }
          return null;
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              StopSignal.class.getClassLoader(), new Class<?>[] {signalHandler}, handler);
      signal
          .getMethod("handle", signal, signalHandler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM has no module jdk.unsupported", e);
    }
  }

  /** Waits for the first signal so long; empty when none came. */
  OptionalInt await(Duration longest) {
    try {
      return OptionalInt.of(exitCode.get(longest.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return OptionalInt.empty();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("nobody interrupts this thread, and no signal fails", e);
    }
  }

  /** Waits for the first signal and returns the exit code to end with. */
  int await() {
    return exitCode.join();
  }
}
