package dev.haul.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * A value that somebody gave to a key.
 *
 * @param key the name of the variable when an environment variable is no setting
 * @param value a text or a list of texts
 * @param source where that is, for people
 */
record Setting(String key, JsonNode value, String source) {
  static Setting of(String key, String value, String source) {
    return new Setting(key, TextNode.valueOf(value), source);
  }
}
