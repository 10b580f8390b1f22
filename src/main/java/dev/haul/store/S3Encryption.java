package dev.haul.store;

/** Who encrypts an object at rest. */
public enum S3Encryption {
  /** As the bucket is set up. */
  BUCKET,
  /** S3, with keys of its own (SSE-S3). */
  SSE,
  /** S3, with a key of KMS (SSE-KMS). */
  KMS
}
