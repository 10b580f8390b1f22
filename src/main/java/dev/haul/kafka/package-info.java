/** Topics, records and JSON; the only place that knows Kafka. */
@NullMarked
package dev.haul.kafka;

import org.jspecify.annotations.NullMarked;
