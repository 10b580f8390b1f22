package dev.haul.job;

/**
 * A digest of a whole file that a server told with it.
 *
 * @param header that told it, as it is usually written
 */
public record ToldDigest(String header, Checksum checksum) {}
