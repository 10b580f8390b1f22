package dev.haul.origin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is done for each operation, and how it is answered. */
record S3Answers(String bucket, S3Shelf shelf) {
  private static final int PAGE = 1000;
  private static final List<String> KEPT_HEADERS =
      List.of(
          "x-amz-tagging",
          "x-amz-storage-class",
          "x-amz-server-side-encryption",
          "x-amz-server-side-encryption-aws-kms-key-id",
          "x-amz-meta-haul-part",
          "content-type");

  /**
   * Does what is asked, and says so.
   *
   * @param fault of those that let the request come through; null for none
   */
  void answer(S3Operation operation, S3Exchange exchange, @Nullable S3Fault fault)
      throws IOException, S3Error {
    switch (operation) {
      case PUT_OBJECT -> putObject(exchange, fault);
      case GET_OBJECT, HEAD_OBJECT -> getObject(exchange, fault);
      case DELETE_OBJECT -> {
        shelf.delete(exchange.key());
        exchange.answer(204);
      }
      case COPY_OBJECT -> {
        String source = String.valueOf(exchange.header("x-amz-copy-source"));
        String path = URLDecoder.decode(source, StandardCharsets.UTF_8);
        shelf.copy(path.replaceFirst("^/?" + bucket + "/", ""), exchange.key());
        exchange.answer(
            200,
            S3Xml.document(
                "CopyObjectResult", S3Xml.element("ETag", shelf.get(exchange.key()).etag())));
      }
      case LIST_OBJECTS -> listObjects(exchange);
      case CREATE_UPLOAD -> {
        String id = shelf.create(exchange.key(), kept(exchange)).id();
        exchange.answer(
            200,
            S3Xml.document(
                "InitiateMultipartUploadResult",
                S3Xml.element("Bucket", bucket)
                    + S3Xml.element("Key", exchange.key())
                    + S3Xml.element("UploadId", id)));
      }
      case UPLOAD_PART -> uploadPart(exchange, fault);
      case LIST_PARTS -> listParts(exchange);
      case COMPLETE_UPLOAD -> completeUpload(exchange, fault);
      case ABORT_UPLOAD -> {
        shelf.abort(exchange.parameter("uploadId"));
        exchange.answer(204);
      }
      case LIST_UPLOADS -> listUploads(exchange);
    }
  }

  private void putObject(S3Exchange exchange, @Nullable S3Fault fault) throws IOException, S3Error {
    S3Content content = received(exchange);
    S3Object object =
        shelf.put(exchange.key(), content, kept(exchange), condition(exchange, fault));
    if (fault == S3Fault.NO_ANSWER) {
      exchange.cut();
      return;
    }
    exchange.set("ETag", object.etag());
    exchange.set("x-amz-checksum-crc32c", content.crc());
    exchange.answer(200);
  }

  private S3Content received(S3Exchange exchange) throws IOException, S3Error {
    S3Content content;
    try (InputStream in = exchange.body()) {
      content = shelf.receive(in);
    }
    String told = exchange.header("x-amz-checksum-crc32c");
    if (told != null && !told.equals(content.crc())) {
      throw new S3Error(400, "BadDigest");
    }
    return content;
  }

  private static S3Shelf.Condition condition(S3Exchange exchange, @Nullable S3Fault fault) {
    return fault == S3Fault.UNCONDITIONAL
        ? new S3Shelf.Condition(false, null)
        : new S3Shelf.Condition(
            "*".equals(exchange.header("If-None-Match")), exchange.header("If-Match"));
  }

  private static Map<String, String> kept(S3Exchange exchange) {
    var kept = new HashMap<String, String>();
    for (String name : KEPT_HEADERS) {
      String value = exchange.header(name);
      if (value != null) {
        kept.put(name, value);
      }
    }
    return kept;
  }

  private void getObject(S3Exchange exchange, @Nullable S3Fault fault) throws IOException, S3Error {
    S3Object object = shelf.get(exchange.key());
    exchange.set("ETag", object.etag());
    exchange.set("Content-Type", object.headers().get("content-type"));
    exchange.set("x-amz-meta-haul-part", object.headers().get("x-amz-meta-haul-part"));
    exchange.set("Last-Modified", date(object));
    if (exchange.method().equals("HEAD")) {
      exchange.set("Content-Length", Long.toString(object.bytes()));
      exchange.answer(200);
      return;
    }
    try (OutputStream out = exchange.begin(object.bytes())) {
      if (fault == S3Fault.DAMAGED) {
        byte[] bytes = object.read();
        bytes[bytes.length / 2] ^= 1;
        out.write(bytes);
      } else {
        object.copyTo(out);
      }
    }
  }

  private static String date(S3Object object) {
    return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
        .format(object.at().atOffset(ZoneOffset.UTC));
  }

  private void listObjects(S3Exchange exchange) throws IOException {
    List<S3Object> all =
        shelf.list(exchange.parameter("prefix"), exchange.parameter("continuation-token"));
    List<S3Object> page = all.subList(0, Math.min(PAGE, all.size()));
    var content = new StringBuilder(S3Xml.element("Name", bucket));
    content.append(S3Xml.element("IsTruncated", page.size() < all.size()));
    if (page.size() < all.size()) {
      content.append(S3Xml.element("NextContinuationToken", page.getLast().key()));
    }
    for (S3Object object : page) {
      content.append(
          S3Xml.group(
              "Contents",
              S3Xml.element("Key", object.key())
                  + S3Xml.element("LastModified", object.at())
                  + S3Xml.element("ETag", object.etag())
                  + S3Xml.element("Size", object.bytes())));
    }
    exchange.answer(200, S3Xml.document("ListBucketResult", content.toString()));
  }

  private void uploadPart(S3Exchange exchange, @Nullable S3Fault fault)
      throws IOException, S3Error {
    String id = exchange.parameter("uploadId");
    S3Multipart _ = shelf.upload(id);
    S3Content content = received(exchange);
    if (fault != S3Fault.LOST) {
      shelf.part(id, Integer.parseInt(exchange.parameter("partNumber")), content);
    }
    if (fault == S3Fault.NO_ANSWER) {
      exchange.cut();
      return;
    }
    String etag = fault == S3Fault.WRONG_TAG ? "0".repeat(32) : content.md5();
    exchange.set("ETag", '"' + etag + '"');
    exchange.set("x-amz-checksum-crc32c", content.crc());
    exchange.answer(200);
  }

  private void listParts(S3Exchange exchange) throws IOException, S3Error {
    String after = exchange.parameter("part-number-marker");
    Map<Integer, S3Content> all =
        shelf.parts(exchange.parameter("uploadId"), after.isEmpty() ? 0 : Integer.parseInt(after));
    var content = new StringBuilder(S3Xml.element("Bucket", bucket));
    content.append(S3Xml.element("IsTruncated", all.size() > PAGE));
    int listed = 0;
    for (Map.Entry<Integer, S3Content> part : all.entrySet()) {
      if (listed++ == PAGE) {
        break;
      }
      content.append(
          S3Xml.group(
              "Part",
              S3Xml.element("PartNumber", part.getKey())
                  + S3Xml.element("ETag", '"' + part.getValue().md5() + '"')
                  + S3Xml.element("ChecksumCRC32C", part.getValue().crc())
                  + S3Xml.element("Size", part.getValue().bytes())));
      if (listed == PAGE) {
        content.append(S3Xml.element("NextPartNumberMarker", part.getKey()));
      }
    }
    exchange.answer(200, S3Xml.document("ListPartsResult", content.toString()));
  }

  private void completeUpload(S3Exchange exchange, @Nullable S3Fault fault)
      throws IOException, S3Error {
    String request = new String(exchange.body().readAllBytes(), StandardCharsets.UTF_8);
    S3Object object =
        shelf.complete(
            exchange.parameter("uploadId"), S3Xml.parts(request), condition(exchange, fault));
    if (fault == S3Fault.NO_ANSWER) {
      exchange.cut();
      return;
    }
    exchange.answer(
        200,
        S3Xml.document(
            "CompleteMultipartUploadResult",
            S3Xml.element("Bucket", bucket)
                + S3Xml.element("Key", object.key())
                + S3Xml.element("ETag", object.etag())));
  }

  private void listUploads(S3Exchange exchange) throws IOException {
    var content = new StringBuilder(S3Xml.element("Bucket", bucket));
    content.append(S3Xml.element("IsTruncated", false));
    for (S3Multipart upload : shelf.uploads(exchange.parameter("prefix"))) {
      content.append(
          S3Xml.group(
              "Upload",
              S3Xml.element("Key", upload.key())
                  + S3Xml.element("UploadId", upload.id())
                  + S3Xml.element("Initiated", upload.at())));
    }
    exchange.answer(200, S3Xml.document("ListMultipartUploadsResult", content.toString()));
  }
}
