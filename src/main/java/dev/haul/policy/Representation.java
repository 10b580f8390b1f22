package dev.haul.policy;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The one version of a file that the bytes of a part belong to.
 *
 * @param source names the URL of the job that was asked, without giving it away
 * @param size of the whole file in bytes, if the server told it
 * @param contentType as the server told it
 */
public record Representation(
    String source, Validator validator, OptionalLong size, @Nullable String contentType) {}
