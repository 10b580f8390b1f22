package dev.haul.pipeline;

/** Asks whether a store has room for a file of so many bytes. */
record RoomOrder(String store, long bytes) {}
