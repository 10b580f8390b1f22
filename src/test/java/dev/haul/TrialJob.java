package dev.haul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A job that tries something, and what must come of it.
 *
 * @param id also the name of its file at the origin
 * @param codes with one of which it must end
 * @param arrivals how many requests for its file may reach a public address, and must
 */
record TrialJob(String id, String what, ObjectNode job, Set<String> codes, int arrivals) {
  /** Stands in every query, and must be in no event, no log and no header of a dead letter. */
  static final String SECRET = "s3cr3t";

  /** Public addresses, as far as anybody in the network namespace can tell. */
  static final String PUBLIC = "93.184.216.34";

  static final String OTHER = "93.184.216.35";

  static final Set<String> COMPLETES = Set.of("completed");

  private static final ObjectMapper JSON = new ObjectMapper();

  static TrialJob of(String id, String what, String url, Set<String> codes, int arrivals) {
    ObjectNode job = JSON.createObjectNode().put("id", id).put("url", url).put("target", id);
    return new TrialJob(id, what, job, codes, arrivals);
  }

  boolean mayComplete() {
    return codes.containsAll(COMPLETES);
  }

  TrialJob withMirrors(List<String> mirrors) {
    job.set("mirrors", JSON.valueToTree(mirrors));
    return this;
  }

  TrialJob withHeaders(Map<String, String> headers) {
    job.set("headers", JSON.valueToTree(headers));
    return this;
  }

  TrialJob withCredentials(String name) {
    job.put("credentials", name);
    return this;
  }

  /** The record's value, in ASCII so that it can hold what no encoder would write. */
  byte[] value() {
    try {
      return JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII).writeValueAsBytes(job);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The URL of a file at a public address. */
  static String url(String file, String query) {
    return "http://" + PUBLIC + "/file/" + file + "?x-token=" + SECRET + query;
  }
}
