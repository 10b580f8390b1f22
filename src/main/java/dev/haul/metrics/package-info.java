/** Prometheus metrics. */
@NullMarked
package dev.haul.metrics;

import org.jspecify.annotations.NullMarked;
