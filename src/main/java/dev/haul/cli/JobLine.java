package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What one line of input says about a job.
 *
 * @param source file and line, or the argument, for messages
 * @param fields as in the job topic, not checked yet
 */
record JobLine(String source, ObjectNode fields) {}
