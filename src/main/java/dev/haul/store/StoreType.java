package dev.haul.store;

/** What a store keeps its files in. */
public enum StoreType {
  /** A folder. */
  FILE,
  /** A bucket of S3, or of a store that speaks its protocol. */
  S3
}
