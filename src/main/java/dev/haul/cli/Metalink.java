package dev.haul.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads Metalink 4 (RFC 5854): files with their sizes, digests and several places each. The place
 * of the best priority becomes the job's URL, the others its mirrors; those that are neither http
 * nor https are left out.
 */
final class Metalink {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:metalink";
  private static final int LAST_PRIORITY = 999_999;
  private static final int MOST_MIRRORS = 16;

  /** The digests that a job knows, the strongest first, by their names in the registry of IANA. */
  private static final Map<String, String> DIGESTS = new LinkedHashMap<>();

  static {
    DIGESTS.put("sha-512", "sha512");
    DIGESTS.put("sha-256", "sha256");
    DIGESTS.put("sha-1", "sha1");
    DIGESTS.put("md5", "md5");
  }

  /** A job's fields and the line where its file begins. */
  record Entry(int line, ObjectNode fields) {}

  private record Place(int priority, String url) {}

  private final XMLStreamReader xml;

  private Metalink(XMLStreamReader xml) {
    this.xml = xml;
  }

  /** Whether a text begins like one. */
  static boolean isLike(String firstLine) {
    return firstLine.startsWith("<?xml") || firstLine.startsWith("<metalink");
  }

  /**
   * @throws XMLStreamException when the text is no well-formed XML; nothing outside it is read
   */
  static List<Entry> read(String text) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return new Metalink(factory.createXMLStreamReader(new StringReader(text))).files();
  }

  private List<Entry> files() throws XMLStreamException {
    List<Entry> files = new ArrayList<>();
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT && is("file")) {
        files.add(file());
      }
    }
    return files;
  }

  private Entry file() throws XMLStreamException {
    int line = xml.getLocation().getLineNumber();
    ObjectNode job = JsonNodeFactory.instance.objectNode();
    @Nullable String name = xml.getAttributeValue(null, "name");
    if (name != null) {
      job.put("target", name);
    }
    List<Place> places = new ArrayList<>();
    Map<String, String> digests = new LinkedHashMap<>();
    for (int depth = 1; depth > 0; ) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamConstants.START_ELEMENT && depth > 1) {
        // Digests of pieces, for one, which are not those of the file.
        depth++;
      } else if (event == XMLStreamConstants.START_ELEMENT) {
        if (is("size")) {
          putSize(job, xml.getElementText().strip());
        } else if (is("hash")) {
          String type = String.valueOf(xml.getAttributeValue(null, "type"));
          digests.put(type.toLowerCase(Locale.ROOT), xml.getElementText().strip());
        } else if (is("url")) {
          @Nullable String priority = xml.getAttributeValue(null, "priority");
          places.add(new Place(priority(priority), xml.getElementText().strip()));
        } else {
          depth++;
        }
      }
    }
    putPlaces(job, places);
    DIGESTS.forEach((registered, known) -> {
      if (digests.containsKey(registered) && !job.has("checksum")) {
        job.put("checksum", known + ":" + digests.get(registered));
      }
    });
    return new Entry(line, job);
  }

  private boolean is(String name) {
    return xml.getLocalName().equals(name) && NAMESPACE.equals(xml.getNamespaceURI());
  }

  /** A text that is no number is left as it is, for the checks of jobs to name it. */
  private static void putSize(ObjectNode job, String text) {
    if (text.matches("[0-9]{1,18}")) {
      job.put("size", Long.parseLong(text));
    } else {
      job.put("size", text);
    }
  }

  private static int priority(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : LAST_PRIORITY;
  }

  private static void putPlaces(ObjectNode job, List<Place> places) {
    List<String> urls =
        places.stream()
            .filter(place -> place.url().matches("(?i)https?://.*"))
            .sorted(Comparator.comparingInt(Place::priority))
            .map(Place::url)
            .distinct()
            .toList();
    if (!urls.isEmpty()) {
      job.put("url", urls.getFirst());
    }
    if (urls.size() > 1) {
      var mirrors = job.putArray("mirrors");
      urls.stream().skip(1).limit(MOST_MIRRORS).forEach(mirrors::add);
    }
  }
}
