package dev.haul.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

/** A blocking download into a file by the JDK's HTTP client. */
final class Download {
  private final HttpClient http = HttpClient.newHttpClient();

  long to(Job job) throws IOException, InterruptedException {
    Files.createDirectories(job.target().getParent());
    HttpRequest request = HttpRequest.newBuilder(URI.create(job.url())).build();
    HttpResponse<Path> response = http.send(request, BodyHandlers.ofFile(job.target()));
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    return Files.size(job.target());
  }
}
