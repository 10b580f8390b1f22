package dev.haul.config;

import java.util.List;

/** The settings are wrong; the message is for whoever wrote them, a line for each problem. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ConfigurationException(List<String> problems) {
    super(
        problems.size() == 1
            ? problems.getFirst()
            : problems.size() + " problems:\n  " + String.join("\n  ", problems));
  }

  ConfigurationException(String problem) {
    super(problem);
  }
}
