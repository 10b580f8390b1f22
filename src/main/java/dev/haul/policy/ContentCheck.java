package dev.haul.policy;

/** How much a body must look like what the name of its file says. */
public enum ContentCheck {
  /** Not at all. */
  NONE,
  /** An HTML page, as log-ins and errors are, is no file of a {@linkplain FileKind known kind}. */
  HTML,
  /** That, and the first bytes are those of the kind. */
  MAGIC
}
