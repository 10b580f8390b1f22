/** The commands of {@code haul}. */
@NullMarked
package dev.haul.cli;

import org.jspecify.annotations.NullMarked;
