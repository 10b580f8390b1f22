package dev.haul.origin;

import java.io.IOException;
import java.io.OutputStream;

/** Writes each block as a chunk (RFC 9112 §7.1), a wrong one if it shall. */
final class ChunkedOutput extends OutputStream {
  private final OutputStream out;
  private final String fault;

  /**
   * @param fault as {@link Parameter#BAD_CHUNK} has it; empty for none
   */
  ChunkedOutput(OutputStream out, String fault) {
    this.out = out;
    this.fault = fault;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] block, int from, int count) throws IOException {
    if (count == 0) {
      return;
    }
    String size =
        switch (fault) {
          case "size" -> "many";
          case "huge" -> "4000000000000000";
          default -> Integer.toHexString(count);
        };
    out.write(WireForm.bytes(size + "\r\n"));
    out.write(block, from, count);
    out.write(WireForm.bytes(fault.equals("end") ? "" : "\r\n"));
  }

  /** Writes the last chunk; true when the connection can go on. */
  boolean end() throws IOException {
    out.write(WireForm.bytes("0\r\n\r\n"));
    return fault.isEmpty();
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
