package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.nio.charset.StandardCharsets;

/** The JSON reader and writer of all records, with the limits for what strangers send. */
final class Json {
  static final String LIMITS =
      "must keep to the limits: 65536 characters a string, 1024 a name, 64 a number, 8 levels";

  /**
   * Buffers are pooled for all threads, because a virtual thread does not live long enough to use
   * one of its own twice.
   */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .recyclerPool(JsonRecyclerPools.newBoundedPool(8))
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(65_536)
                  .maxNameLength(1024)
                  .maxNumberLength(64)
                  .maxNestingDepth(8)
                  .build())
          .build();

  private Json() {}

  /** A token in words, for messages. */
  static String words(JsonToken token) {
    return switch (token) {
      case START_OBJECT, END_OBJECT, FIELD_NAME -> "an object";
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "nothing";
    };
  }

  /** Whether every surrogate has its pair, so that the text can be written as UTF-8. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** The text with a question mark for each lone surrogate. */
  static String wellFormed(String text) {
    return isWellFormed(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
