package dev.haul.job;

import org.jspecify.annotations.Nullable;

/**
 * A whole file in a store.
 *
 * @param location URI of the file
 * @param checksum null when the store was told to compute none
 * @param contentType as the server said, null when it did not, like {@code etag}
 */
public record StoredFile(
    String location,
    long bytes,
    @Nullable Checksum checksum,
    @Nullable String contentType,
    @Nullable String etag) {}
