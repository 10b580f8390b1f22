package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the records of the dead letter topic: letters, and resolutions, which say what
 * has become of one. A resolution has the key of its letter, lies in the same partition behind it,
 * has no value, and names it in the header {@value #RESOLVES}.
 */
final class LetterRecords {
  /** Headers of a job that was driven again begin with it, and stay when it dies again. */
  static final String REDRIVEN = "haul-redriven-";

  private static final String OWN = "haul-";
  private static final String RESOLVES = "haul-resolves";
  private static final String RESOLUTION = "haul-resolution";
  private static final String RESOLVED_AT = "haul-resolved-at";
  private static final String RESOLVED_BY = "haul-resolved-by";
  private static final String COUNT = REDRIVEN + "count";

  private LetterRecords() {}

  /** The letters of a partition in their order, each with its resolution. */
  static List<Letter> fold(List<SourceRecord> records) {
    Map<Position, Letter> letters = new java.util.LinkedHashMap<>();
    records.forEach(record -> fold(record, letters, letter -> letter));
    return new ArrayList<>(letters.values());
  }

  /**
   * Takes the next record of a partition.
   *
   * @param letters so far, by their places
   * @param kept what is kept of a letter
   */
  static void fold(SourceRecord record, Map<Position, Letter> letters, UnaryOperator<Letter> kept) {
    Optional<Position> resolved = resolves(record);
    if (resolved.isPresent()) {
      letters.computeIfPresent(resolved.get(), (_, letter) -> letter.with(resolution(record)));
    } else {
      letters.put(record.position(), kept.apply(letter(record)));
    }
  }

  /** The record that resolves a letter. */
  static ProducerRecord<byte[], byte[]> resolution(Letter letter, Letter.Resolution resolution) {
    Position place = letter.record().position();
    List<Header> headers = new ArrayList<>();
    headers.add(header(RESOLVES, place.partition().number() + "-" + place.offset()));
    headers.add(header(RESOLUTION, resolution.word()));
    headers.add(header(RESOLVED_AT, resolution.at().toString()));
    headers.add(header(RESOLVED_BY, resolution.by()));
    return new ProducerRecord<>(
        place.partition().topic(),
        place.partition().number(),
        letter.record().key(),
        null,
        headers);
  }

  /**
   * The job of a letter as it is published again. What has no key gets the job's id as one, so that
   * the job keeps its id.
   *
   * @param edits what was changed, in words; empty for nothing
   */
  static ProducerRecord<byte[], byte[]> job(
      Letter letter,
      String topic,
      byte @Nullable [] value,
      Letter.Resolution resolution,
      String edits) {
    SourceRecord record = letter.record();
    Optional<String> trace = text(record, DeadLetter.TRACE);
    List<Header> headers = new ArrayList<>();
    trace.ifPresent(parent -> headers.add(header(TraceParent.HEADER, parent)));
    for (SourceRecord.Header header : record.headers()) {
      boolean replaced = trace.isPresent() && header.name().equals(TraceParent.HEADER);
      if (!header.name().startsWith(OWN) && !replaced) {
        headers.add(new RecordHeader(header.name(), header.value()));
      }
    }
    headers.add(header(REDRIVEN + "at", resolution.at().toString()));
    headers.add(header(REDRIVEN + "by", resolution.by()));
    headers.add(header(REDRIVEN + "from", record.position().toString()));
    headers.add(header(COUNT, Integer.toString(letter.redrives() + 1)));
    if (!edits.isEmpty()) {
      headers.add(header(REDRIVEN + "edits", edits));
    }
    byte[] key = record.key() == null ? letter.jobId().value().getBytes(UTF_8) : record.key();
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  /** Reads a letter, open as far as it says itself. */
  static Letter letter(SourceRecord record) {
    Position origin = origin(record);
    Map<String, String> labels = new HashMap<>();
    Map<String, String> fields = fields(record.value(), labels);
    String id = fields.get("id");
    JobId jobId =
        id != null && JobId.isValid(id)
            ? new JobId(id)
            : JobDecoder.idOf(record.key(), JobDecoder.idOf(origin));
    return new Letter(
        record,
        jobId,
        text(record, "haul-error-code").orElse("unknown"),
        text(record, "haul-error-message").orElse(""),
        (int) number(record, "haul-attempts"),
        origin,
        host(fields.get("url")),
        labels,
        (int) number(record, COUNT),
        null);
  }

  /** Where the record was published; of a letter that somebody else wrote, where it lies. */
  private static Position origin(SourceRecord record) {
    return text(record, "haul-topic")
        .map(topic ->
            new Position(
                new Partition(topic, (int) number(record, "haul-partition")),
                number(record, "haul-offset")))
        .orElse(record.position());
  }

  private static Optional<Position> resolves(SourceRecord record) {
    return text(record, RESOLVES)
        .map(place -> {
          int dash = place.indexOf('-');
          var partition =
              new Partition(
                  record.position().partition().topic(),
                  Integer.parseInt(place.substring(0, dash)));
          return new Position(partition, Long.parseLong(place.substring(dash + 1)));
        });
  }

  private static Letter.Resolution resolution(SourceRecord record) {
    return new Letter.Resolution(
        text(record, RESOLUTION).orElse("").equals("redriven"),
        text(record, RESOLVED_AT).map(Instant::parse).orElse(record.timestamp()),
        text(record, RESOLVED_BY).orElse("unknown"));
  }

  static Optional<String> text(SourceRecord record, String name) {
    for (SourceRecord.Header header : record.headers()) {
      if (header.name().equals(name) && header.value() != null) {
        return Optional.of(new String(header.value(), UTF_8));
      }
    }
    return Optional.empty();
  }

  private static long number(SourceRecord record, String name) {
    return text(record, name)
        .filter(text -> text.matches("\\d{1,18}"))
        .map(Long::parseLong)
        .orElse(0L);
  }

  /** The texts of a job's object, and its labels; as many as can be read. */
  private static Map<String, String> fields(byte @Nullable [] value, Map<String, String> labels) {
    var fields = new HashMap<String, String>();
    if (value == null) {
      return fields;
    }
    try (JsonParser json = Json.FACTORY.createParser(value)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          String path = json.getParsingContext().pathAsPointer().toString();
          if (path.startsWith("/labels/")) {
            labels.put(json.currentName(), json.getText());
          } else if (path.lastIndexOf('/') == 0) {
            fields.put(path.substring(1), json.getText());
          }
        }
      }
    } catch (IOException e) {
      return fields;
    }
    return fields;
  }

  private static @Nullable String host(@Nullable String url) {
    try {
      return url == null ? null : URI.create(url).getHost();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}
