package dev.haul.zoom;

/** Kinds of requests, each with a quota of its own for the whole account (Zoom's rate limits). */
enum RequestClass {
  /** About one thing. */
  LIGHT,
  /** Lists. */
  MEDIUM
}
