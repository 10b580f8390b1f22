package dev.haul.origin;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key and a certificate that vouches for itself, made anew by the JDK's keytool.
 *
 * @param pem the certificate, to be trusted by clients
 */
record ServerCertificate(SSLContext context, String pem) {
  private static final String ALIAS = "origin";
  private static final String PASSWORD = "changeit";
  private static final String NAMES = "san=dns:localhost,ip:127.0.0.1,ip:::1";

  /**
   * Makes one for this machine and, if that is another, for a host.
   *
   * @throws IOException when there is no keytool, or it refuses
   */
  static ServerCertificate make(String host) throws IOException {
    Path folder = Files.createTempDirectory("haul-origin");
    Path store = folder.resolve("origin.p12");
    try {
      keytool(store, host);
      return load(store);
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate cannot be used", e);
    } finally {
      Files.deleteIfExists(store);
      Files.delete(folder);
    }
  }

  private static void keytool(Path store, String host) throws IOException {
    boolean isLocal = List.of("localhost", "127.0.0.1", "::1", "0.0.0.0", "::").contains(host);
    String kind = host.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:";
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=haul origin",
                "-ext",
                isLocal ? NAMES : NAMES + "," + kind + host,
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool makes no certificate: " + said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static ServerCertificate load(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return new ServerCertificate(context, pem(store.getCertificate(ALIAS)));
  }

  private static String pem(Certificate certificate) throws GeneralSecurityException {
    String base64 =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
    return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
  }
}
