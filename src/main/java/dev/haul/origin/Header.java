package dev.haul.origin;

/** A header as it is sent. */
record Header(String name, String value) {}
