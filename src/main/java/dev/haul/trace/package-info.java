/** Traces of jobs, by OpenTelemetry: the only package that knows it. */
@NullMarked
package dev.haul.trace;

import org.jspecify.annotations.NullMarked;
