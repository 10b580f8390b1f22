/** One file, environment variables and flags, bound to the settings records of the parts. */
@NullMarked
package dev.haul.config;

import org.jspecify.annotations.NullMarked;
