package dev.haul.origin.s3;

import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** An upload in parts that has not ended. */
final class S3Multipart {
  private final String key;
  private final String id;
  private final Instant at;
  private final Map<String, String> headers;
  private final NavigableMap<Integer, S3Content> parts = new TreeMap<>();

  S3Multipart(String key, String id, Instant at, Map<String, String> headers) {
    this.key = key;
    this.id = id;
    this.at = at;
    this.headers = headers;
  }

  String key() {
    return key;
  }

  String id() {
    return id;
  }

  Instant at() {
    return at;
  }

  Map<String, String> headers() {
    return headers;
  }

  NavigableMap<Integer, S3Content> parts() {
    return parts;
  }
}
