package dev.haul.chaos;

/**
 * One record of the job topic, and what is known of it beforehand.
 *
 * @param number from 0, in the order of publication
 * @param id of the job; records of one job share it
 * @param content what the file holds, by the number from which the origin makes it
 * @param size of the file in bytes
 * @param sized whether the job names size and checksum
 */
record Cargo(int number, String id, CargoKind kind, long content, long size, boolean sized) {
  static final String OTHER_STORE = "other";

  /** Where the file goes: a few hundred files a folder. */
  String target() {
    return "%s/%s.bin".formatted(id.substring(0, id.length() - 3), id);
  }

  String store() {
    return kind == CargoKind.OTHER_STORE ? OTHER_STORE : "default";
  }

  static String id(int number) {
    return "job-%07d".formatted(number);
  }
}
