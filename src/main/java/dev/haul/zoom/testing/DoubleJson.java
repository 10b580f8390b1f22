package dev.haul.zoom.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import java.util.function.Predicate;

/** Recordings in the form of Zoom's answers and events. */
final class DoubleJson {
  private DoubleJson() {}

  static JsonObject meeting(
      DoubleMeeting meeting, Predicate<DoubleFile> processing, Function<DoubleFile, String> url) {
    var files = new JsonArray();
    long total = 0;
    for (DoubleFile file : meeting.files()) {
      files.add(file(meeting, file, processing.test(file), url.apply(file)));
      total += file.size();
    }
    return new JsonObject()
        .put("uuid", meeting.uuid())
        .put("id", meeting.number())
        .put("account_id", DoublePlan.ACCOUNT_ID)
        .put("host_id", meeting.host().id())
        .put("host_email", meeting.host().email())
        .put("topic", meeting.topic())
        .put("type", 2)
        .put("start_time", meeting.start().toString())
        .put("timezone", "UTC")
        .put("duration", meeting.minutes())
        .put("total_size", total)
        .put("recording_count", meeting.files().size())
        .put("recording_files", files);
  }

  private static JsonObject file(
      DoubleMeeting meeting, DoubleFile file, boolean processing, String url) {
    var json =
        new JsonObject()
            .put("meeting_id", meeting.uuid())
            .put("recording_start", file.start().toString())
            .put("recording_end", processing ? "" : file.end().toString())
            .put("file_type", file.type())
            .put("file_extension", file.extension())
            .put("download_url", url);
    if (!file.isBare()) {
      json.put("id", file.id())
          .put("recording_type", file.view())
          .put("status", processing ? "processing" : "completed")
          .put("play_url", url.replace("/download/", "/play/"));
      if (!processing) {
        json.put("file_size", file.size());
      }
    }
    return json;
  }
}
