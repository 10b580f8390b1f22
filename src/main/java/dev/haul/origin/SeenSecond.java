package dev.haul.origin;

/**
 * A second of an origin's life.
 *
 * @param refused requests answered 429 or 503
 * @param bytes of bodies sent
 */
public record SeenSecond(long second, int requests, int refused, long bytes) {}
