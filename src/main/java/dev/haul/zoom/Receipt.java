package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a move has to show for a meeting: its files, where they are and what they hash to. Written
 * once they are proved, before anything is taken away, and again afterwards.
 *
 * @param state how far the move is
 * @param files with their proofs
 * @param verifiedAt when the last of them was read back
 * @param removedAt when Zoom took the recording away, null before
 */
record Receipt(
    State state,
    Meeting meeting,
    List<Proof> files,
    Instant verifiedAt,
    @Nullable Instant removedAt) {

  private static final String SUFFIX = ".receipt.json";
  private static final int MAX_NAME = 255 - SUFFIX.length();

  enum State {
    /** All is proved; Zoom may, or may not yet, have been asked to remove it. */
    VERIFIED,
    TRASHED,
    DELETED
  }

  /** A file of Zoom and the one in the store that was read back. */
  record Proof(RecordingFile file, StoredJob stored, StoredJob.File copy) {}

  Receipt {
    files = List.copyOf(files);
  }

  /** Where it lies: beside the first of the files. */
  Target target() {
    return target(files.getFirst().copy().target().path());
  }

  /** Named like the first file, whose name no other has. */
  private static Target target(String first) {
    String folder = first.substring(0, first.lastIndexOf('/') + 1);
    String name = first.substring(folder.length());
    return new Target(folder + SafeName.shortened(name, MAX_NAME) + SUFFIX);
  }

  /** Signed; the signature is the last field and covers the text of all others. */
  byte[] signed(ReceiptKey key) {
    ObjectNode json = json();
    ObjectNode signature = json.objectNode();
    signature.put("algorithm", ReceiptKey.ALGORITHM);
    signature.put("value", key.sign(bytes(json)));
    json.set("signature", signature);
    return (json.toPrettyString() + "\n").getBytes(UTF_8);
  }

  private ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", 1);
    json.put("state", state.name().toLowerCase(Locale.ROOT));
    json.putObject("meeting")
        .put("uuid", meeting.uuid())
        .put("number", meeting.number())
        .put("topic", meeting.topic())
        .put("start", meeting.start().toString())
        .put("host", meeting.host());
    ArrayNode list = json.putArray("files");
    for (Proof proof : files) {
      ObjectNode one =
          list.addObject()
              .put("job", proof.stored().jobId().value())
              .put("type", proof.file().type())
              .put("view", proof.file().view())
              .put("store", proof.copy().store())
              .put("target", proof.copy().target().path())
              .put("bytes", proof.copy().bytes())
              .put("checksum", proof.copy().checksum().toString())
              .put("storedAt", proof.stored().at().toString());
      proof.file().size().ifPresent(size -> one.put("bytesAtZoom", size));
    }
    json.put("verifiedAt", verifiedAt.toString());
    if (removedAt != null) {
      json.put("removedAt", removedAt.toString());
    }
    return json;
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(UTF_8);
  }

  /** What a receipt that was written before says, as far as a move needs it. */
  record Written(State state, ObjectNode json) {
    /**
     * Reads one and checks its signature.
     *
     * @throws InvalidField when it is none, or somebody else's
     */
    static Written read(byte[] text, ReceiptKey key) {
      try {
        JsonNode json = ZoomJson.MAPPER.readTree(text);
        if (json instanceof ObjectNode object && object.path("version").asInt() == 1) {
          String value = object.path("signature").path("value").asText("");
          ObjectNode unsigned = object.deepCopy();
          unsigned.remove("signature");
          if (!key.isSignature(value, bytes(unsigned))) {
            throw new InvalidField("receipt", "must be signed with the key of zoom.move.key-file");
          }
          return new Written(
              State.valueOf(object.path("state").asText("").toUpperCase(Locale.ROOT)), object);
        }
      } catch (IOException | IllegalArgumentException e) {
        if (e instanceof InvalidField invalid) {
          throw invalid;
        }
      }
      throw new InvalidField("receipt", "must be a receipt of version 1");
    }

    /** The same, after Zoom took the recording away. */
    byte[] removed(State after, Instant at, ReceiptKey key) {
      ObjectNode next = json.deepCopy();
      next.remove("signature");
      next.put("state", after.name().toLowerCase(Locale.ROOT));
      next.put("removedAt", at.toString());
      ObjectNode signature = next.objectNode();
      signature.put("algorithm", ReceiptKey.ALGORITHM);
      signature.put("value", key.sign(bytes(next)));
      next.set("signature", signature);
      return (next.toPrettyString() + "\n").getBytes(UTF_8);
    }

    String meeting() {
      return json.path("meeting").path("uuid").asText("");
    }

    Target target() {
      return Receipt.target(json.path("files").path(0).path("target").asText(""));
    }

    String store() {
      return json.path("files").path(0).path("store").asText("");
    }
  }
}
