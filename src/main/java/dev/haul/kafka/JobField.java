package dev.haul.kafka;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a job's JSON, in the order in which they are written. */
enum JobField {
  ID("id"),
  URL("url"),
  MIRRORS("mirrors"),
  TARGET("target"),
  STORE("store"),
  SIZE("size"),
  CHECKSUM("checksum"),
  HEADERS("headers"),
  CREDENTIALS("credentials"),
  IF_EXISTS("ifExists"),
  PRIORITY("priority"),
  TENANT("tenant"),
  NOT_BEFORE("notBefore"),
  DEADLINE("deadline"),
  MAX_ATTEMPTS("maxAttempts"),
  LABELS("labels");

  private static final Map<String, JobField> BY_NAME = new HashMap<>();
  private static final int CLOSE = 2;

  static {
    for (JobField field : values()) {
      BY_NAME.put(field.wireName, field);
    }
  }

  private final String wireName;

  JobField(String wireName) {
    this.wireName = wireName;
  }

  String wireName() {
    return wireName;
  }

  static @Nullable JobField of(String name) {
    return BY_NAME.get(name);
  }

  /** The field that somebody may have meant who wrote this, null when none is close. */
  static @Nullable JobField nearest(String name) {
    String typed = name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    JobField nearest = null;
    int least = Math.min(CLOSE, typed.length() / 2) + 1;
    for (JobField field : values()) {
      String known = field.wireName.toLowerCase(Locale.ROOT);
      if (Math.abs(known.length() - typed.length()) < least) {
        int distance = distance(typed, known);
        if (distance < least) {
          least = distance;
          nearest = field;
        }
      }
    }
    return nearest;
  }

  /** Insertions, deletions and replacements from one to the other (Levenshtein). */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
