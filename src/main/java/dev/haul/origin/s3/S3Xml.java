package dev.haul.origin.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The little XML that S3 speaks. */
final class S3Xml {
  private static final Pattern PART = Pattern.compile("<Part>(.*?)</Part>", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("<PartNumber>(\\d+)</PartNumber>");
  private static final Pattern ETAG = Pattern.compile("<ETag>(.*?)</ETag>");

  /** A part as a client lists it. */
  record Part(int number, String etag) {}

  private S3Xml() {}

  static String document(String name, String content) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<"
        + name
        + " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        + content
        + "</"
        + name
        + ">";
  }

  static String group(String name, String content) {
    return "<" + name + ">" + content + "</" + name + ">";
  }

  static String element(String name, Object value) {
    String text =
        String.valueOf(value)
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;");
    return group(name, text);
  }

  /** The parts of a request to complete an upload. */
  static List<Part> parts(String document) {
    List<Part> parts = new ArrayList<>();
    Matcher part = PART.matcher(document);
    while (part.find()) {
      Matcher number = NUMBER.matcher(part.group(1));
      Matcher etag = ETAG.matcher(part.group(1));
      if (number.find() && etag.find()) {
        String text = etag.group(1).replace("&quot;", "\"").replace("&#34;", "\"");
        parts.add(new Part(Integer.parseInt(number.group(1)), text));
      }
    }
    return parts;
  }
}
