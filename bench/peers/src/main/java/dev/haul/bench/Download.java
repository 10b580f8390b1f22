package dev.haul.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;

/**
 * A blocking download into a file. It uses the JDK's old client because that one does the same with
 * a quarter to a third less CPU than {@code java.net.http}: the peers shall be as good as they can
 * be.
 */
final class Download {
  Download(int concurrency) {
    System.setProperty("http.maxConnections", Integer.toString(concurrency));
  }

  long to(Job job) throws IOException {
    Files.createDirectories(job.target().getParent());
    var connection = (HttpURLConnection) URI.create(job.url()).toURL().openConnection();
    if (connection.getResponseCode() != 200) {
      throw new IOException("status " + connection.getResponseCode());
    }
    try (InputStream body = connection.getInputStream();
        var file = Files.newOutputStream(job.target())) {
      return body.transferTo(file);
    }
  }
}
