package dev.haul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.DownloadJob;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A future that nobody looks at hides its failure. Found in bytecode: a call that returns a future,
 * and then a pop. {@code var _ = future} says that dropping is meant: it compiles to a store.
 */
class DroppedFutureTest {
  private static final Set<String> FUTURES =
      Set.of("io/vertx/core/Future", "io/vertx/core/CompositeFuture");

  /** Return the future only to be chained. */
  private static final Set<String> FLUENT =
      Set.of("onComplete", "onSuccess", "onFailure", "andThen");

  @Test
  void no_future_of_the_program_is_dropped() throws Exception {
    List<String> dropped = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes())) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        dropped.addAll(dropped(ClassFile.of().parse(file)));
      }
    }
    assertThat(dropped).as("calls whose future is dropped").isEmpty();
  }

  @Test
  void a_dropped_future_is_found_with_its_line_and_a_deliberate_one_is_not() throws Exception {
    assertThat(dropped(model(Sample.class)))
        .singleElement()
        .asString()
        .matches("dev\\.haul\\.DroppedFutureTest\\$Sample\\.drop, line \\d+: .*Sample\\.ask");
  }

  private static List<String> dropped(ClassModel model) {
    var dropped = new ArrayList<String>();
    for (MethodModel method : model.methods()) {
      method.code().ifPresent(code -> dropped.addAll(dropped(model, method, code)));
    }
    return dropped;
  }

  private static List<String> dropped(ClassModel model, MethodModel method, CodeModel code) {
    var dropped = new ArrayList<String>();
    int line = 0;
    @Nullable InvokeInstruction last = null;
    for (CodeElement element : code) {
      if (element instanceof LineNumber number) {
        line = number.line();
      } else if (element instanceof InvokeInstruction call && returnsFuture(call)) {
        last = call;
      } else if (element instanceof Instruction instruction) {
        if (last != null && instruction.opcode() == Opcode.POP) {
          dropped.add(
              "%s.%s, line %d: %s.%s"
                  .formatted(
                      name(model.thisClass().asInternalName()),
                      method.methodName().stringValue(),
                      line,
                      name(last.owner().asInternalName()),
                      last.name().stringValue()));
        }
        last = null;
      }
    }
    return dropped;
  }

  private static boolean returnsFuture(InvokeInstruction call) {
    boolean onFuture = FUTURES.contains(call.owner().asInternalName());
    return FUTURES.contains(internalName(call.typeSymbol().returnType()))
        && !(onFuture && FLUENT.contains(call.name().stringValue()));
  }

  private static String internalName(ClassDesc type) {
    String descriptor = type.descriptorString();
    return descriptor.substring(type.isClassOrInterface() ? 1 : 0, descriptor.length() - 1);
  }

  private static String name(String internalName) {
    return internalName.replace('/', '.');
  }

  private static ClassModel model(Class<?> type) throws IOException {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (InputStream bytes = type.getResourceAsStream(file)) {
      return ClassFile.of().parse(bytes.readAllBytes());
    }
  }

  /** The folder of the compiled program. */
  private static Path classes() throws URISyntaxException {
    return Path.of(DownloadJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** What must be found, and what must not. */
  @SuppressWarnings("unused")
  private static final class Sample {
    static Future<String> ask() {
      return Future.succeededFuture("answer");
    }

    static void drop() {
      ask();
    }

    static void dropDeliberately() {
      var _ = ask();
    }

    static void lookAt() {
      ask().onFailure(Throwable::printStackTrace);
    }

    static Future<String> passOn() {
      return ask();
    }
  }
}
