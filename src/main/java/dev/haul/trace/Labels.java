package dev.haul.trace;

import dev.haul.pipeline.JobRecord;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;

/**
 * The attributes of spans. None holds a URL.
 *
 * @param group that takes the jobs
 * @param completions the topic of terminal events
 */
record Labels(String group, String completions) {
  static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
  static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
  static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("haul.outcome");
  static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("haul.attempts");
  static final AttributeKey<Long> ATTEMPT = AttributeKey.longKey("haul.attempt");
  static final AttributeKey<Long> BYTES = AttributeKey.longKey("haul.bytes");
  static final AttributeKey<Boolean> RESUMED = AttributeKey.booleanKey("haul.resumed");
  static final AttributeKey<Long> RESUMED_AT = AttributeKey.longKey("haul.resumed_at_bytes");
  static final AttributeKey<Boolean> COUNTED = AttributeKey.booleanKey("haul.counted");

  private static final AttributeKey<String> JOB = AttributeKey.stringKey("haul.job_id");
  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> NAME =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> TOPIC =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> PARTITION =
      AttributeKey.stringKey("messaging.destination.partition.id");
  private static final AttributeKey<String> GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");

  Attributes processing(JobRecord record) {
    return operation("process", record, record.position().partition().topic()).toBuilder()
        .put(PARTITION, Integer.toString(record.position().partition().number()))
        .put(OFFSET, record.position().offset())
        .put(GROUP, group)
        .build();
  }

  Attributes sending(JobRecord record) {
    return operation("send", record, completions);
  }

  private static Attributes operation(String operation, JobRecord record, String topic) {
    return Attributes.builder()
        .put(SYSTEM, "kafka")
        .put(TYPE, operation)
        .put(NAME, operation)
        .put(TOPIC, topic)
        .put(JOB, record.id().value())
        .build();
  }
}
