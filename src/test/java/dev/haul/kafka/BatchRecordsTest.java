package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Position;
import dev.haul.kafka.BatchRecords.Outgoing;
import dev.haul.pipeline.Batch;
import dev.haul.pipeline.Membership;
import dev.haul.pipeline.Settlement;
import dev.haul.pipeline.SourceRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

class BatchRecordsTest {
  private final BatchRecords records =
      new BatchRecords("worker", TopicSettings.DEFAULTS, new Random(1));

  private static Settlement failed(String id, SourceRecord source) {
    return new Settlement.Ended(Events.failed(id, Events.NOT_FOUND), source);
  }

  private List<Position> letters(Batch batch) {
    return records.of(batch).stream().map(Outgoing::letterOf).filter(Objects::nonNull).toList();
  }

  @Test
  void leave_out_the_dead_letter_that_is_largest_with_its_headers() {
    SourceRecord plain = Events.source("jobs", 1, "{\"url\":\"http://a/b\"}".getBytes(UTF_8));
    var headed =
        new SourceRecord(
            new Position(plain.position().partition(), 2),
            plain.timestamp(),
            plain.key(),
            "{}".getBytes(UTF_8),
            List.of(new SourceRecord.Header("large", new byte[3 << 20])));
    var batch =
        new Batch(
            List.of(),
            List.of(failed("a", plain), failed("b", headed)),
            Map.of(),
            new Membership() {});

    records.of(batch).stream()
        .filter(each -> each.letterOf() != null)
        .forEach(each -> records.refused(each, new RecordTooLargeException()));

    assertThat(letters(batch)).containsExactly(plain.position());
  }
}
