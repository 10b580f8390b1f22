package dev.haul.store;

import dev.haul.job.Partition;
import dev.haul.job.Target;
import dev.haul.pipeline.PartKey;

/**
 * The keys of a store's objects. Its own are below {@code .haul} in the prefix, where no target can
 * be.
 *
 * @param prefix what all keys begin with, with a slash at its end unless it is empty
 * @param group a name for the consumer group
 */
record S3Names(String bucket, String prefix, String group) {
  /** Stands for the source of what nobody can go on with. */
  static final String NO_SOURCE = "0".repeat(32);

  static S3Names of(S3Settings settings, String group) {
    return new S3Names(String.valueOf(settings.bucket()), settings.prefix(), PartKey.digest(group));
  }

  String object(Target target) {
    return prefix + target.path();
  }

  String uri(Target target) {
    return Locations.uri("s3://" + bucket + "/" + prefix, target.path());
  }

  private String own(String name) {
    return prefix + Target.RESERVED_FOLDER + "/" + name;
  }

  String owners() {
    return own("owners/");
  }

  String probe(String owner) {
    return own("probe-" + owner);
  }

  String claim(Partition partition) {
    return own("claims/" + group + "/" + partition);
  }

  String parts() {
    return own("parts/" + group + "/");
  }

  String parts(Partition partition) {
    return parts() + partition + "/";
  }

  /** Beside the partitions, whose names end in a number. */
  String moved() {
    return parts() + "moved/";
  }
}
