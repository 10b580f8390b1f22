package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Found;
import dev.haul.store.S3Bucket.Attributes;
import dev.haul.store.S3Bucket.Condition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The objects of a store in a bucket. */
record S3Copies(S3Bucket bucket, S3Names names) implements StoredCopies.Copies {

  static S3Copies open(String name, StoreSettings store, Map<String, String> variables) {
    S3Bucket bucket = S3Bucket.of(name, store.s3(), variables);
    try {
      var _ = bucket.list(store.s3().prefix() + Target.RESERVED_FOLDER + "/probe-");
    } catch (IOException e) {
      bucket.close();
      throw new InvalidField(
          "stores." + name + ".s3.bucket",
          bucket.name(),
          "must be one that can be read (" + e.getMessage() + ")");
    }
    return new S3Copies(bucket, S3Names.of(store.s3(), ""));
  }

  @Override
  public Found find(Target target, OptionalLong size, Checksum checksum) {
    return new S3Comparison(bucket, names).find(target, size, checksum);
  }

  @Override
  public void put(Target target, byte[] content) throws IOException {
    List<ByteBuffer> bytes = List.of(ByteBuffer.wrap(content));
    var attributes = new Attributes("application/json", "", UUID.randomUUID().toString());
    var _ =
        bucket.put(
            names.object(target), bytes, S3Buffer.crc(bytes), attributes, new Condition.Anything());
  }

  @Override
  public void close() {
    bucket.close();
  }
}
