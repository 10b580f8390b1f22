package dev.haul.origin.s3;

/** What a client may ask for. */
public enum S3Operation {
  PUT_OBJECT,
  GET_OBJECT,
  HEAD_OBJECT,
  DELETE_OBJECT,
  COPY_OBJECT,
  LIST_OBJECTS,
  CREATE_UPLOAD,
  UPLOAD_PART,
  LIST_PARTS,
  COMPLETE_UPLOAD,
  ABORT_UPLOAD,
  LIST_UPLOADS
}
