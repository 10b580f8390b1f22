package dev.haul.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import dev.haul.policy.Representation;
import dev.haul.policy.Validator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an upload, in a small object: how to go on with it. Its parts are asked of S3.
 *
 * @param upload null when nothing was uploaded but the tail
 * @param parts whole ones that came first; all others do not count
 * @param digests state after them
 * @param tail bytes after the parts, in an object of their own; 0 when there is none
 * @param tailCrc their CRC-32C: that object is written first, so it may be of a later checkpoint
 */
record S3Checkpoint(
    S3Target target,
    S3Bucket.@Nullable Upload upload,
    int parts,
    Map<Algorithm, String> digests,
    long tail,
    int tailCrc) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VERSION = 1;

  /** Far above what one has. */
  static final int MAX_BYTES = 256 << 10;

  byte[] bytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", VERSION);
    json.put("object", target.object());
    json.put("upload", upload == null ? null : upload.id());
    json.put("token", target.attributes().token());
    json.put("contentType", target.attributes().contentType());
    json.put("tags", target.attributes().tags());
    json.put("partSize", target.partSize());
    json.put("algorithm", target.algorithm().name());
    target.size().ifPresent(size -> json.put("size", size));
    for (ToldDigest told : target.told()) {
      json.withArray("/told").addObject().put(told.header(), told.checksum().toString());
    }
    Representation of = target.representation();
    if (of != null) {
      ObjectNode representation = json.putObject("representation");
      representation.put("source", of.source());
      representation.put("validator", of.validator().value());
      of.size().ifPresent(size -> representation.put("size", size));
      representation.put("contentType", of.contentType());
    }
    json.put("parts", parts);
    ObjectNode states = json.putObject("digests");
    digests.forEach((algorithm, state) -> states.put(algorithm.name(), state));
    json.put("tail", tail);
    json.put("tailCrc", tailCrc);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Reads one; null when it cannot be understood, as one of a later version of Haul. */
  static @Nullable S3Checkpoint read(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
      return json.path("version").asInt() == VERSION ? of(json) : null;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return null;
    }
  }

  private static S3Checkpoint of(JsonNode json) {
    List<ToldDigest> told = new ArrayList<>();
    for (JsonNode each : json.path("told")) {
      each.forEachEntry(
          (header, digest) -> told.add(new ToldDigest(header, Checksum.parse(digest.asText()))));
    }
    Map<Algorithm, String> digests = new EnumMap<>(Algorithm.class);
    json.path("digests")
        .forEachEntry(
            (algorithm, state) -> digests.put(Algorithm.valueOf(algorithm), state.asText()));
    String object = json.path("object").asText();
    JsonNode upload = json.path("upload");
    var target =
        new S3Target(
            object,
            new S3Bucket.Attributes(
                text(json, "contentType"), json.path("tags").asText(), json.path("token").asText()),
            json.path("partSize").asLong(),
            size(json),
            Algorithm.valueOf(json.path("algorithm").asText()),
            told,
            representation(json.path("representation")));
    return new S3Checkpoint(
        target,
        upload.isTextual() ? new S3Bucket.Upload(object, upload.asText()) : null,
        json.path("parts").asInt(),
        digests,
        json.path("tail").asLong(),
        json.path("tailCrc").asInt());
  }

  private static @Nullable Representation representation(JsonNode json) {
    return json.isObject()
        ? new Representation(
            json.path("source").asText(),
            new Validator(json.path("validator").asText()),
            size(json),
            text(json, "contentType"))
        : null;
  }

  private static OptionalLong size(JsonNode json) {
    return json.has("size") ? OptionalLong.of(json.path("size").asLong()) : OptionalLong.empty();
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).isTextual() ? json.path(name).asText() : null;
  }
}
