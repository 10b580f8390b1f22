package dev.haul.zoom;

import dev.haul.job.JobId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One file of a recording. Zoom tells neither id, status, size nor recording type of captions (CC)
 * and timelines: those are empty then.
 *
 * @param meeting UUID
 * @param type such as MP4, M4A, CHAT, TRANSCRIPT, CC, TIMELINE, SUMMARY, CSV
 * @param extension such as MP4, VTT, TXT, JSON; may be empty
 * @param recordingType such as shared_screen_with_speaker_view
 * @param status completed or processing
 */
public record RecordingFile(
    String meeting,
    String id,
    String type,
    String extension,
    String recordingType,
    String status,
    Instant start,
    OptionalLong size,
    String url) {

  private static final Pattern NAMING = Pattern.compile("[A-Za-z0-9._:-]{1,100}");
  private static final int DIGITS = 8;

  /** Whether Zoom has made the file and says where it is. */
  public boolean isReady() {
    return !url.isEmpty() && (status.isEmpty() || status.equals("completed"));
  }

  /**
   * The id of its job: that of the file at Zoom, however it became known. A file without one is
   * known by its meeting, type and time.
   */
  public JobId jobId() {
    return new JobId(
        "zoom-" + (NAMING.matcher(id).matches() ? id : digest(id.isEmpty() ? described() : id)));
  }

  /** Eight hex digits that tell it from other files, wherever it is met. */
  String hash() {
    return digest(jobId().value()).substring(0, DIGITS);
  }

  private String described() {
    return meeting + "\n" + type + "\n" + start;
  }

  /** In lower case, without a dot; guessed from the type where Zoom does not say. */
  String fileExtension() {
    if (extension.matches("[A-Za-z0-9]{1,8}")) {
      return extension.toLowerCase(Locale.ROOT);
    }
    return switch (type) {
      case "MP4" -> "mp4";
      case "M4A" -> "m4a";
      case "CHAT", "CHAT_MESSAGE" -> "txt";
      case "TRANSCRIPT", "CC" -> "vtt";
      case "TIMELINE", "SUMMARY" -> "json";
      case "CSV" -> "csv";
      default -> "bin";
    };
  }

  /** What it shows, in lower case: the recording type, else the file type. */
  String view() {
    String view = recordingType.isEmpty() ? type : recordingType;
    return view.isEmpty() ? "file" : view.toLowerCase(Locale.ROOT);
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
