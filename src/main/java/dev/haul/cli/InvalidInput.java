package dev.haul.cli;

import java.util.List;

/** Input that was refused as a whole; the message has a line for each of the first errors. */
final class InvalidInput extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int SHOWN = 20;

  InvalidInput(String error) {
    super(error);
  }

  InvalidInput(List<String> errors) {
    super(
        String.join("\n", errors.subList(0, Math.min(SHOWN, errors.size())))
            + (errors.size() > SHOWN ? "\nand " + (errors.size() - SHOWN) + " more" : ""));
  }
}
