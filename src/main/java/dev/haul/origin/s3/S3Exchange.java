package dev.haul.origin.s3;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request and its answer. The bucket is the first name of the path. */
final class S3Exchange {
  private final HttpExchange http;
  private final String bucket;
  private final String key;
  private final Map<String, String> query;

  S3Exchange(HttpExchange http) {
    this.http = http;
    URI uri = http.getRequestURI();
    String[] path = uri.getRawPath().substring(1).split("/", 2);
    // A plus is a plus in a path.
    this.bucket = decoded(path[0]);
    this.key = path.length < 2 ? "" : decoded(path[1].replace("+", "%2B"));
    this.query = query(uri.getRawQuery());
  }

  private static Map<String, String> query(@Nullable String raw) {
    var query = new HashMap<String, String>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      query.put(
          decoded(equals < 0 ? pair : pair.substring(0, equals)),
          equals < 0 ? "" : decoded(pair.substring(equals + 1)));
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  String method() {
    return http.getRequestMethod();
  }

  String bucket() {
    return bucket;
  }

  String key() {
    return key;
  }

  boolean has(String parameter) {
    return query.containsKey(parameter);
  }

  String parameter(String name) {
    return query.getOrDefault(name, "");
  }

  @Nullable String header(String name) {
    return http.getRequestHeaders().getFirst(name);
  }

  InputStream body() {
    return http.getRequestBody();
  }

  S3Operation operation() throws S3Error {
    return switch (method()) {
      case "PUT" ->
          has("partNumber")
              ? S3Operation.UPLOAD_PART
              : header("x-amz-copy-source") == null
                  ? S3Operation.PUT_OBJECT
                  : S3Operation.COPY_OBJECT;
      case "POST" -> has("uploads") ? S3Operation.CREATE_UPLOAD : S3Operation.COMPLETE_UPLOAD;
      case "HEAD" -> S3Operation.HEAD_OBJECT;
      case "DELETE" -> has("uploadId") ? S3Operation.ABORT_UPLOAD : S3Operation.DELETE_OBJECT;
      case "GET" ->
          has("uploads")
              ? S3Operation.LIST_UPLOADS
              : has("uploadId")
                  ? S3Operation.LIST_PARTS
                  : key.isEmpty() ? S3Operation.LIST_OBJECTS : S3Operation.GET_OBJECT;
      default -> throw new S3Error(405, "MethodNotAllowed");
    };
  }

  void set(String header, @Nullable String value) {
    if (value != null) {
      http.getResponseHeaders().set(header, value);
    }
  }

  /** Answers without a body. */
  void answer(int status) throws IOException {
    // Ends the exchange; closing it would close the connection.
    http.sendResponseHeaders(status, -1);
  }

  void answer(int status, String xml) throws IOException {
    byte[] body = xml.getBytes(StandardCharsets.UTF_8);
    set("Content-Type", "application/xml");
    if (method().equals("HEAD")) {
      answer(status);
      return;
    }
    http.sendResponseHeaders(status, body.length);
    try (OutputStream out = http.getResponseBody()) {
      out.write(body);
    }
  }

  /** Begins an answer whose body follows. */
  OutputStream begin(long length) throws IOException {
    http.sendResponseHeaders(200, length == 0 ? -1 : length);
    return http.getResponseBody();
  }

  /** Closes the connection, wherever the answer is. */
  void cut() {
    http.close();
  }
}
