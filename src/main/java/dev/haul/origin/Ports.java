package dev.haul.origin;

/**
 * Where an origin listens: two ports are two origins to a client.
 *
 * @param https 0 when it does not listen there
 */
record Ports(int http, int other, int https) {}
