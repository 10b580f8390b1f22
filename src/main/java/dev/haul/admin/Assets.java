package dev.haul.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** The files of the page, read from the program once. */
final class Assets {
  private record Asset(String type, Buffer body) {}

  private final Map<String, Asset> byPath = new HashMap<>();

  Assets() {
    add("/", "page.html", "text/html; charset=utf-8");
    add("/page.css", "page.css", "text/css; charset=utf-8");
    add("/page.js", "page.js", "text/javascript; charset=utf-8");
    add(Api.ROOT + "openapi.json", "openapi.json", "application/json");
  }

  boolean has(String path) {
    return byPath.containsKey(path);
  }

  void answer(HttpServerRequest request) {
    Asset asset = byPath.get(String.valueOf(request.path()));
    if (asset != null) {
      Answers.end(request, 200, asset.type, asset.body);
    }
  }

  private void add(String path, String file, String type) {
    try (InputStream in = Assets.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks " + file);
      }
      byPath.put(path, new Asset(type, Buffer.buffer(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
