package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.Position;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.SourceRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads job records. Whatever the bytes are, the answer is a job or the reason why they are none,
 * and the reason holds no query string.
 */
public final class JobDecoder {
  private static final int MAX_ID = 128;

  /** Decodes one record of a job topic. */
  public JobRecord decode(SourceRecord source) {
    String traceparent = TraceParent.of(source.headers());
    JobId fallback = idOf(source.key(), idOf(source.origin()));
    Reading reading = read(source.value(), fallback);
    return reading.job() != null
        ? new JobRecord.Valid(source, reading.job(), traceparent)
        : new JobRecord.Invalid(
            source,
            reading.id(),
            Failure.of(ErrorCode.BAD_JOB, Redaction.of(reading.fault())),
            traceparent);
  }

  /**
   * Reads a job that has not been published yet.
   *
   * @param fallback names the job when it does not do so itself
   * @throws InvalidField naming the first broken field; its message holds no query string
   */
  public static DownloadJob parse(byte[] value, JobId fallback) {
    Reading reading = read(value, fallback);
    if (reading.job() == null) {
      String message = Redaction.of(reading.fault());
      String field = reading.fault() == null ? "value" : reading.fault().field();
      throw new InvalidField(
          field, message.substring(Math.min(message.length(), field.length() + 1)));
    }
    return reading.job();
  }

  /** How reading ended: with a job, or with a fault and the id under which it is told. */
  private record Reading(@Nullable DownloadJob job, JobId id, @Nullable InvalidField fault) {}

  private static Reading read(byte @Nullable [] value, JobId fallback) {
    if (value == null || value.length == 0) {
      return new Reading(
          null, fallback, new InvalidField("value", "must be a JSON object but was empty"));
    }
    JobDraft draft = null;
    try (JsonParser json = Json.FACTORY.createParser(utf8(value))) {
      draft = new JobDraft(json);
      try {
        draft.read();
        DownloadJob job = draft.job(fallback);
        return new Reading(job, job.id(), null);
      } catch (StreamConstraintsException e) {
        throw draft.beyondLimits();
      } catch (JsonProcessingException e) {
        throw new InvalidField("value", fault(e));
      }
    } catch (InvalidField e) {
      JobId own = draft == null ? null : draft.id();
      return new Reading(null, own == null ? fallback : own, e);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be read", e);
    }
  }

  private static String fault(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return e instanceof JsonEOFException
        ? "must be a whole JSON object but ends" + place
        : "must be JSON but is not" + place;
  }

  private static String utf8(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        // A replacement character may be the sender's own.
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
      } catch (CharacterCodingException e) {
        throw new InvalidField("value", "must be UTF-8");
      }
    }
    return text;
  }

  /** The key as an id, when it fits. */
  static JobId idOf(byte @Nullable [] key, JobId otherwise) {
    if (key != null && key.length <= MAX_ID) {
      // Bytes beyond ASCII become characters that no id may hold.
      String text = new String(key, StandardCharsets.ISO_8859_1);
      if (JobId.isValid(text)) {
        return new JobId(text);
      }
    }
    return otherwise;
  }

  /** A topic name may have 249 characters; its end and the place still tell records apart. */
  static JobId idOf(Position position) {
    String place = position.toString();
    return new JobId(place.substring(Math.max(0, place.length() - MAX_ID)));
  }
}
