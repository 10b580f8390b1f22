package dev.haul;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** Health and metrics of one worker, on a port that was free. */
final class AdminPages implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  AdminPages() {
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  /** Has a worker with these settings serve them. */
  void serveBy(Map<String, String> settings) {
    settings.put("admin.enabled", "true");
    settings.put("admin.port", "" + port);
  }

  /** Whether the worker takes jobs; false too when nobody answers. */
  boolean isReady() {
    try {
      return get("/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Whether a restart is not called for; false too when nobody answers. */
  boolean isLive() {
    try {
      return get("/health/live").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** What the worker says of whether it takes jobs. */
  String readiness() {
    return get("/health/ready").body();
  }

  /** The value of a metric without labels. */
  double metric(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no metric " + name));
  }

  private HttpResponse<String> get(String path) {
    try {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
