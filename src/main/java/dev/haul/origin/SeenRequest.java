package dev.haul.origin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came, and what became of it.
 *
 * @param atMillis since the origin began
 * @param port on which it came
 * @param connection number of the connection
 * @param query null when there is none
 * @param headers by names in lower case
 * @param status 0 as long as there is none, or when the connection was closed without
 * @param bytes of the body sent so far
 * @param ended whether the answer is over, whole or not
 */
public record SeenRequest(
    long atMillis,
    int port,
    long connection,
    String method,
    String path,
    @Nullable String query,
    Map<String, String> headers,
    int status,
    long bytes,
    boolean ended) {}
