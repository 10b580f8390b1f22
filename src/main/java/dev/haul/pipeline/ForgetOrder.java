package dev.haul.pipeline;

/**
 * A job that has ended.
 *
 * @param store where its part may be
 */
record ForgetOrder(String store, PartKey part) {}
