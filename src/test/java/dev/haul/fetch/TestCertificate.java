package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Path;

/** A self-signed certificate for {@code localhost}, made by the JDK's keytool. */
record TestCertificate(Path store, Path pem) {
  private static final String PASSWORD = "changeit";

  static TestCertificate create(Path folder) throws IOException, InterruptedException {
    var certificate =
        new TestCertificate(folder.resolve("server.p12"), folder.resolve("server.pem"));
    keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost",
        "-storetype",
        "PKCS12",
        "-validity",
        "10",
        "-keystore",
        certificate.store.toString(),
        "-storepass",
        PASSWORD);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "server",
        "-file",
        certificate.pem.toString(),
        "-keystore",
        certificate.store.toString(),
        "-storepass",
        PASSWORD);
    return certificate;
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
