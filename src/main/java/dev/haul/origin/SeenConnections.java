package dev.haul.origin;

import java.util.Map;

/**
 * What connected, also without asking for anything.
 *
 * @param all since the origin began
 * @param addresses how many came at each address of the origin
 */
public record SeenConnections(long all, int open, int mostOpen, Map<String, Integer> addresses) {}
