package dev.haul.origin;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An answer as it is meant, before what breaks it on its way.
 *
 * @param headers without those that say where the body ends
 * @param from position in the source of the first byte of the body
 * @param to position behind the last one
 */
record Answer(int status, List<Header> headers, Source source, long from, long to) {

  static Answer text(int status, List<Header> headers, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Source source =
        (position, into, count) -> System.arraycopy(body, (int) position, into, 0, count);
    return new Answer(status, headers, source, 0, body.length);
  }

  /** All of a short body. */
  byte[] body() {
    byte[] body = new byte[(int) (to - from)];
    source.read(from, body, body.length);
    return body;
  }
}
