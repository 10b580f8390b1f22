package dev.haul.zoom;

import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where recordings go: a path with names in braces. Times are UTC. Every target ends, before its
 * extension, in eight digits that come from the file's id, unless the template names {@code {id}}
 * or {@code {hash}} itself: so no two files share a target, whatever their topics, and each has the
 * same one however it became known.
 */
public final class TargetTemplate {
  public static final String DEFAULT = "{year}/{month}/{topic}/{start}-{type}.{ext}";

  /** For help texts. */
  public static final String VARIABLES =
      "{year} {month} {day} {start} {topic} {type} {file-type} {ext} {id} {hash} {meeting}"
          + " {number} {host}";

  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
  private static final int VALUE_BYTES = 120;
  private static final int NAME_BYTES = 255;
  private static final int PATH_BYTES = 1024;
  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final String template;

  private TargetTemplate(String template) {
    this.template = template;
  }

  /**
   * @throws InvalidField when it names something else than {@link #VARIABLES} or makes no path
   */
  public static TargetTemplate parse(String text) {
    if (text.isBlank()) {
      throw new InvalidField("template", text, "must not be blank");
    }
    boolean unique = text.contains("{id}") || text.contains("{hash}");
    String template = unique ? text : withHash(text);
    var parsed = new TargetTemplate(template);
    var file =
        new RecordingFile(
            "u", "id", "MP4", "MP4", "", "completed", Instant.EPOCH, OptionalLong.empty(), "");
    var meeting = new Meeting("u", "1", "topic", Instant.EPOCH, 1, "host", List.of(file));
    try {
      // What people write is refused where it makes no path; what Zoom says is cleaned.
      Target _ = new Target(VARIABLE.matcher(template).replaceAll("x"));
      parsed.target(meeting, file);
    } catch (InvalidField e) {
      throw new InvalidField(
          "template", text, String.valueOf(e.getMessage()).replaceFirst("^target ", ""));
    }
    return parsed;
  }

  private static String withHash(String text) {
    int name = text.lastIndexOf('/') + 1;
    int dot = text.lastIndexOf('.');
    return dot > name ? text.substring(0, dot) + "-{hash}" + text.substring(dot) : text + "-{hash}";
  }

  /**
   * @throws InvalidField when a segment or the whole grows too long even so
   */
  Target target(Meeting meeting, RecordingFile file) {
    List<String> names = new ArrayList<>();
    for (String part : template.split("/", -1)) {
      names.add(filled(part, meeting, file));
    }
    for (int i = 0; i < names.size() - 1; i++) {
      names.set(i, SafeName.of(names.get(i), NAME_BYTES, "_"));
    }
    names.set(names.size() - 1, lastName(names.getLast(), file));
    return new Target(fitting(names));
  }

  /** One that is too long is cut, and then ends in what tells it from others. */
  private static String lastName(String name, RecordingFile file) {
    if (SafeName.utf8Length(name) <= NAME_BYTES) {
      return SafeName.of(name, NAME_BYTES, file.hash());
    }
    String end = "-" + file.hash() + "." + file.fileExtension();
    return SafeName.of(name, NAME_BYTES - end.length(), "_") + end;
  }

  /** Cuts the folders when the path is too long; the file's own name says which it is. */
  private static String fitting(List<String> names) {
    int room = PATH_BYTES - SafeName.utf8Length(names.getLast()) - names.size();
    int folders = Math.max(1, names.size() - 1);
    for (int i = 0; i < names.size() - 1; i++) {
      names.set(i, SafeName.of(names.get(i), Math.max(8, room / folders), "_"));
    }
    return String.join("/", names);
  }

  private static String filled(String part, Meeting meeting, RecordingFile file) {
    var filled = new StringBuilder();
    Matcher variable = VARIABLE.matcher(part);
    while (variable.find()) {
      variable.appendReplacement(
          filled, Matcher.quoteReplacement(value(variable.group(1), meeting, file)));
    }
    return variable.appendTail(filled).toString();
  }

  private static String value(String name, Meeting meeting, RecordingFile file) {
    return switch (name) {
      case "year" -> time("uuuu", meeting.start());
      case "month" -> time("MM", meeting.start());
      case "day" -> time("dd", meeting.start());
      case "start" -> START.format(file.start());
      case "topic" -> SafeName.of(meeting.topic(), VALUE_BYTES, "untitled");
      case "type" -> SafeName.of(file.view(), 48, "file");
      case "file-type" -> SafeName.of(file.type(), 24, "file");
      case "ext" -> file.fileExtension();
      case "id" -> SafeName.of(file.jobId().value().substring("zoom-".length()), 100, "id");
      case "hash" -> file.hash();
      case "meeting" -> SafeName.of(meeting.uuid(), VALUE_BYTES, "meeting");
      case "number" -> SafeName.of(meeting.number(), 24, "0");
      case "host" -> SafeName.of(meeting.host(), VALUE_BYTES, "nobody");
      default ->
          throw new InvalidField("target", "must name only " + VARIABLES + ", not {" + name + "}");
    };
  }

  private static String time(String pattern, Instant instant) {
    return DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC).format(instant);
  }

  @Override
  public String toString() {
    return template;
  }
}
