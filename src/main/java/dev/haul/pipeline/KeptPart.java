package dev.haul.pipeline;

/**
 * What may be kept of a job.
 *
 * @param store where
 */
record KeptPart(String store, PartKey part) {}
