package dev.haul.origin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How an answer goes over the wire: its head, and where its body ends.
 *
 * @param length of the body, without encoding; the largest long if it never ends
 * @param isLast whether the connection ends with the answer
 */
record WireForm(byte[] head, long length, boolean isChunked, boolean isEncoded, boolean isLast) {
  private static final String FILLING = "x".repeat(1000);

  static WireForm of(Answer answer, RequestHead request, Faults faults) {
    boolean ok = answer.status() >= 200 && answer.status() < 300;
    boolean endless = ok && faults.on(Parameter.ENDLESS);
    boolean encoded = ok && faults.has(Parameter.ENCODING);
    String bad = faults.text(Parameter.BAD_LENGTH).orElse("");
    String framing = ok ? faults.text(Parameter.FRAMING).orElse("length") : "length";
    boolean chunked =
        framing.equals("chunked")
            || bad.equals("chunked")
            || (ok && faults.has(Parameter.BAD_CHUNK))
            || encoded
            || (endless && !framing.equals("close"));
    long length = endless ? Long.MAX_VALUE : answer.to() - answer.from();
    long difference = ok ? faults.value(Parameter.WRONG_LENGTH, Long.class).orElse(0L) : 0;
    boolean last =
        request.isLast()
            || faults.on(Parameter.CLOSE)
            || difference != 0
            || !bad.isEmpty()
            || framing.equals("close");

    List<Header> headers = new ArrayList<>(answer.headers());
    if (encoded) {
      headers.add(new Header("Content-Encoding", "gzip"));
    }
    if (chunked) {
      headers.add(new Header("Transfer-Encoding", "chunked"));
    } else if (!framing.equals("close")) {
      headers.add(new Header("Content-Length", String.valueOf(length + difference)));
    }
    switch (bad) {
      case "conflict", "chunked" ->
          headers.add(new Header("Content-Length", String.valueOf(length + 1)));
      case "negative" -> headers.replaceAll(each -> length(each, "-" + length));
      case "text" -> headers.replaceAll(each -> length(each, "many"));
      default -> {}
    }
    if (last) {
      headers.add(new Header("Connection", "close"));
    }
    return new WireForm(head(answer.status(), headers, faults), length, chunked, encoded, last);
  }

  private static Header length(Header header, String value) {
    return header.name().equals("Content-Length") ? new Header(header.name(), value) : header;
  }

  private static byte[] head(int status, List<Header> headers, Faults faults) {
    var head = new StringBuilder();
    head.repeat(
        "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n", faults.count(Parameter.INTERIM).orElse(0));
    head.append("HTTP/1.1 ").append(status).append(" As Asked\r\n");
    for (Header header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    long bomb = faults.bytes(Parameter.HEADER_BOMB).orElse(0);
    for (long left = bomb; left > 0; left -= FILLING.length()) {
      head.append("X-Bomb: ").append(FILLING).append("\r\n");
    }
    return bytes(head.append("\r\n").toString());
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
