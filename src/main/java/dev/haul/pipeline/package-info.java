/** The path of one job over the event bus, and the ports that the adapters implement. */
@NullMarked
package dev.haul.pipeline;

import org.jspecify.annotations.NullMarked;
