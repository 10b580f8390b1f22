package dev.haul;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of the benchmarks are compiled when they are run, by hand: this finds out before. */
class BenchmarkSourcesTest {
  @ParameterizedTest
  @ValueSource(strings = {"Engine", "Latency"})
  void compile(String name, @TempDir Path folder) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var told = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-d",
              folder.toString(),
              "-proc:none",
              "-classpath",
              System.getProperty("java.class.path"));
      var sources = files.getJavaFileObjects(Path.of("bench", name + ".java"));
      boolean compiled = compiler.getTask(told, files, null, options, null, sources).call();

      assertThat(compiled).as(told.toString()).isTrue();
    }
  }
}
