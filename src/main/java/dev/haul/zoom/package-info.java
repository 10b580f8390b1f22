/**
 * Zoom's cloud recordings: tokens, the API within its quotas, jobs from listings and webhooks, and
 * the move that takes a recording away from Zoom once it is proved to be stored.
 */
@NullMarked
package dev.haul.zoom;

import org.jspecify.annotations.NullMarked;
