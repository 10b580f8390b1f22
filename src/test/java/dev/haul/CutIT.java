package dev.haul;

import static dev.haul.CutTrial.MIB;
import static dev.haul.CutTrial.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transfer that is cut 20 times, and whose worker is killed three times. */
class CutIT {
  private static final int KILLS = 3;

  /** What a part may hold that its journal does not, and what buffers hold. */
  private static final long LOST_BY_A_KILL = 6 * MIB;

  @TempDir Path store;

  @Test
  void arrives_whole_and_little_of_it_comes_twice() throws Exception {
    var _ =
        new CutTrial(KILLS, 4, Math.max(SIZE / 20, KILLS * LOST_BY_A_KILL)).run(store, Map.of());

    assertThat(store.resolve(CutTrial.TARGET)).hasSize(SIZE);
  }
}
