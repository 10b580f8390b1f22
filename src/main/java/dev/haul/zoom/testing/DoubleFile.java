package dev.haul.zoom.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A recording file of the double.
 *
 * @param id its own, which captions and timelines do not tell
 * @param size in bytes
 * @param fault how its download goes wrong
 */
record DoubleFile(
    String id,
    String type,
    String extension,
    String view,
    Instant start,
    Instant end,
    int size,
    Fault fault) {

  /** What goes wrong with a file. */
  enum Fault {
    NONE,
    /** The first download answers with the page of a log-in, and status 200. */
    LOGIN_PAGE_ONCE,
    /** The first download ends in the middle. */
    CUT_ONCE,
    /** Every download is whole, as HTTP goes, and too short. */
    TRUNCATED,
    /** The first listing finds it still being made. */
    PROCESSING,
    /** The first download gets 503. */
    UNAVAILABLE_ONCE
  }

  /** Captions and timelines have no id, status, size and recording type in Zoom's answers. */
  boolean isBare() {
    return type.equals("CC") || type.equals("TIMELINE");
  }

  String contentType() {
    return switch (type) {
      case "MP4" -> "video/mp4";
      case "M4A" -> "audio/mp4";
      case "TRANSCRIPT", "CC" -> "text/vtt";
      case "TIMELINE", "SUMMARY" -> "application/json";
      default -> "text/plain";
    };
  }

  /** The same bytes each time. */
  byte[] content() {
    byte[] content = new byte[size];
    new SplittableRandom(id.hashCode()).nextBytes(content);
    byte[] head = (isMedia() ? "\0\0\0\u0018ftypisom" : "WEBVTT\n\n").getBytes(US_ASCII);
    System.arraycopy(head, 0, content, 0, Math.min(head.length, size));
    return content;
  }

  private boolean isMedia() {
    return type.equals("MP4") || type.equals("M4A");
  }
}
