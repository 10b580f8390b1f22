package dev.haul.policy;

/**
 * What is committed for a partition.
 *
 * @param offset the next one to read: every smaller one is finished
 * @param metadata finished offsets from {@code offset} on, as the offset ledger writes them; empty
 *     for none, at most 4096 bytes
 */
public record Commit(long offset, String metadata) {}
