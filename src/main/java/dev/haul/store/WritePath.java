package dev.haul.store;

import org.jspecify.annotations.Nullable;

/**
 * How bytes get from a part to the disk.
 *
 * @param syncEvery bytes in the page cache after which those of a part are made durable
 * @param disk for large parts that come in order; null when all go through the page cache
 */
record WritePath(long syncEvery, @Nullable DirectDisk disk) {}
