package dev.haul.origin.s3;

/** An error that S3 answers with. */
final class S3Error extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;

  S3Error(int status, String code) {
    super(status + " " + code);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  String xml() {
    return S3Xml.document("Error", S3Xml.element("Code", code) + S3Xml.element("Message", code));
  }
}
