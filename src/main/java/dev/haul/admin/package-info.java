/** The HTTP server for health, metrics and operations. */
@NullMarked
package dev.haul.admin;

import org.jspecify.annotations.NullMarked;
