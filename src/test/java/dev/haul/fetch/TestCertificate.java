package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A self-signed certificate for {@code localhost}, made by the JDK's keytool. */
record TestCertificate(Path store, Path pem) {
  private static final String PASSWORD = "changeit";

  static TestCertificate create(Path folder) throws IOException, InterruptedException {
    var certificate =
        new TestCertificate(folder.resolve("server.p12"), folder.resolve("server.pem"));
    make(certificate.store, "server", "CN=localhost", "san=dns:localhost");
    in(
        certificate.store,
        "-exportcert",
        "-rfc",
        "-alias",
        "server",
        "-file",
        certificate.pem.toString());
    return certificate;
  }

  static void make(Path store, String alias, String name, String extension)
      throws IOException, InterruptedException {
    in(
        store,
        "-genkeypair",
        "-alias",
        alias,
        "-keyalg",
        "EC",
        "-dname",
        name,
        "-ext",
        extension,
        "-storetype",
        "PKCS12",
        "-validity",
        "10");
  }

  static void in(Path store, String... arguments) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    keytool(all.toArray(String[]::new));
  }

  PfxOptions keyStore() {
    return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    assertThat(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isZero();
  }
}
