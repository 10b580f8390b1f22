package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b/c.mp4",
        "AZaz09-._~!$&'()*+,;=:@",
        "a b%20?#[]^`{|}\"<>",
        "会議 録画 😀.mp4",
        "e\u0301té",
      })
  void a_target_has_the_uri_of_its_path(String target, @TempDir Path folder) throws IOException {
    Path root = Files.createDirectory(folder.resolve("a röot"));

    assertThat(Locations.of(root).uri(new Target(target)))
        .isEqualTo(root.resolve(target).toUri().toString());
  }
}
