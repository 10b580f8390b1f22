package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.SourceUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes jobs as {@link JobDecoder} reads them; what has its default is left out. */
public final class JobWriter {
  private JobWriter() {}

  /** The value of the job's record. It holds the URL with its query. */
  public static byte[] write(DownloadJob job) {
    try (var bytes = new ByteArrayBuilder()) {
      try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
        json.writeStartObject();
        write(json, job);
        json.writeEndObject();
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
  }

  private static void write(JsonGenerator json, DownloadJob job) throws IOException {
    json.writeStringField("id", job.id().value());
    json.writeStringField("url", job.url().text());
    if (!job.mirrors().isEmpty()) {
      json.writeArrayFieldStart("mirrors");
      for (SourceUrl mirror : job.mirrors()) {
        json.writeString(mirror.text());
      }
      json.writeEndArray();
    }
    json.writeStringField("target", job.target().path());
    if (!job.store().equals(DownloadJob.DEFAULT_STORE)) {
      json.writeStringField("store", job.store());
    }
    if (job.size().isPresent()) {
      json.writeNumberField("size", job.size().getAsLong());
    }
    writeText(json, "checksum", job.checksum());
    writeTexts(json, "headers", job.headers());
    writeText(json, "credentials", job.credentials());
    if (job.ifExists() != IfExists.SKIP) {
      json.writeStringField("ifExists", job.ifExists().name().toLowerCase(Locale.ROOT));
    }
    if (job.priority() != DownloadJob.DEFAULT_PRIORITY) {
      json.writeNumberField("priority", job.priority());
    }
    writeText(json, "tenant", job.tenant());
    writeText(json, "notBefore", job.notBefore());
    writeText(json, "deadline", job.deadline());
    if (job.maxAttempts().isPresent()) {
      json.writeNumberField("maxAttempts", job.maxAttempts().getAsInt());
    }
    writeTexts(json, "labels", job.labels());
  }

  private static void writeText(JsonGenerator json, String field, @Nullable Object value)
      throws IOException {
    if (value != null) {
      json.writeStringField(field, value.toString());
    }
  }

  private static void writeTexts(JsonGenerator json, String field, Map<String, String> texts)
      throws IOException {
    if (!texts.isEmpty()) {
      json.writeObjectFieldStart(field);
      for (Map.Entry<String, String> text : texts.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
    }
  }
}
