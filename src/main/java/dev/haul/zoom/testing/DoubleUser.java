package dev.haul.zoom.testing;

/** A user of the double. */
record DoubleUser(String id, String email, boolean active) {}
