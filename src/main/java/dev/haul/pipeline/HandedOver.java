package dev.haul.pipeline;

import java.util.List;

/**
 * What dispatch gives back.
 *
 * @param records of the jobs that have not ended
 * @param cut how many of these were being transferred
 */
record HandedOver(List<SourceRecord> records, int cut) {
  HandedOver {
    records = List.copyOf(records);
  }
}
