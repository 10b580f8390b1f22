package dev.haul.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A certificate authority that signs certificates for {@code localhost}. It is the one to be
 * trusted: nobody asks how old a certificate is that is trusted itself.
 */
record TestAuthority(Path folder) {

  static TestAuthority create(Path folder) throws IOException, InterruptedException {
    var authority = new TestAuthority(folder);
    Path store = authority.at("ca.p12");
    TestCertificate.make(store, "ca", "CN=Test Authority", "bc:c");
    TestCertificate.in(
        store, "-exportcert", "-rfc", "-alias", "ca", "-file", authority.at("ca.pem").toString());
    Path unsigned = authority.at("unsigned.p12");
    TestCertificate.make(unsigned, "server", "CN=localhost", "san=dns:localhost");
    String request = authority.at("server.csr").toString();
    TestCertificate.in(unsigned, "-certreq", "-alias", "server", "-file", request);
    TestCertificate.in(
        unsigned,
        "-importcert",
        "-noprompt",
        "-alias",
        "ca",
        "-file",
        authority.at("ca.pem").toString());
    return authority;
  }

  /**
   * @param start of ten days of validity, in the words of keytool
   */
  TestCertificate sign(String start) throws IOException, InterruptedException {
    Path answer = at("server" + start + ".crt");
    TestCertificate.in(
        at("ca.p12"),
        "-gencert",
        "-rfc",
        "-alias",
        "ca",
        "-infile",
        at("server.csr").toString(),
        "-outfile",
        answer.toString(),
        "-ext",
        "san=dns:localhost",
        "-startdate",
        start,
        "-validity",
        "10");
    Path store = at("server" + start + ".p12");
    Files.copy(at("unsigned.p12"), store, StandardCopyOption.REPLACE_EXISTING);
    TestCertificate.in(
        store, "-importcert", "-noprompt", "-alias", "server", "-file", answer.toString());
    return new TestCertificate(store, at("ca.pem"));
  }

  private Path at(String name) {
    return folder.resolve(name);
  }
}
