package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
  @TempDir private Path folder;

  @Test
  void every_job_ends_as_it_should() throws Exception {
    try (var demo = HaulProcess.start(folder, "demo")) {
      assertThat(demo.exitCode()).as("%s%n%s", demo.out(), demo.err()).isZero();
      assertThat(demo.out())
          .contains("23 of 23 jobs ended as they should")
          .contains("The files are in haul-data/demo/files")
          .containsPattern("missing/deleted-recording.mp4 +failed, as expected +1 ")
          .containsPattern("flaky/minutes.docx +completed +3 ")
          .containsPattern("chats/standup.txt +completed +1 +0 B ");
      assertThat(demo.err().lines().filter(line -> !line.startsWith("haul: preparing"))).isEmpty();
    }
    try (Stream<Path> files = Files.walk(folder.resolve("haul-data/demo/files"))) {
      assertThat(files.filter(Files::isRegularFile))
          .filteredOn(file -> !file.toString().contains(".haul/running"))
          .hasSize(22);
    }
  }
}
