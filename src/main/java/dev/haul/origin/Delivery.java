package dev.haul.origin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** Sends an answer, as broken as its faults want it. */
final class Delivery {
  private static final int BLOCK = 64 * 1024;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int BLOCKS_PER_SECOND = 20;

  private final Socket socket;
  private final BufferedInputStream in;
  private final OutputStream out;
  private final RequestHead request;
  private final Faults faults;
  private final RequestLog log;
  private final RequestLog.Entry entry;
  private final Gates gates;

  Delivery(
      Socket socket,
      BufferedInputStream in,
      OutputStream out,
      RequestHead request,
      Faults faults,
      RequestLog log,
      RequestLog.Entry entry,
      Gates gates) {
    this.socket = socket;
    this.in = in;
    this.out = out;
    this.request = request;
    this.faults = faults;
    this.log = log;
    this.entry = entry;
    this.gates = gates;
  }

  /**
   * Sends an answer.
   *
   * @return whether the connection can go on
   * @throws IOException when the client is gone, or the origin closed
   */
  boolean send(Answer answer) throws IOException {
    if (faults.on(Parameter.GARBAGE)) {
      out.write(WireForm.bytes("this is no HTTP\r\n\r\n"));
      return false;
    }
    var form = WireForm.of(answer, request, faults);
    log.answered(entry, answer.status(), System.nanoTime());
    out.write(form.head());
    if (request.isHead()) {
      return !form.isLast();
    }
    boolean whole = form.isChunked() ? chunks(answer, form) : body(answer, form, out);
    return whole && !form.isLast();
  }

  private boolean chunks(Answer answer, WireForm form) throws IOException {
    var chunks = new ChunkedOutput(out, faults.text(Parameter.BAD_CHUNK).orElse(""));
    if (!form.isEncoded()) {
      return body(answer, form, chunks) && chunks.end();
    }
    var encoded = new GZIPOutputStream(chunks, BLOCK);
    if (!body(answer, form, encoded)) {
      return false;
    }
    encoded.finish();
    return chunks.end();
  }

  /** Sends the bytes; false when they were cut. */
  private boolean body(Answer answer, WireForm form, OutputStream to) throws IOException {
    long cut =
        Math.min(
            faults.bytes(Parameter.CUT).orElse(Long.MAX_VALUE),
            Math.max(0, faults.bytes(Parameter.CUT_AT).orElse(Long.MAX_VALUE) - answer.from()));
    long stall = faults.bytes(Parameter.STALL).orElse(Long.MAX_VALUE);
    long rate = faults.bytes(Parameter.RATE).orElse(Long.MAX_VALUE);
    byte[] block = new byte[Math.clamp(rate / BLOCKS_PER_SECOND, 1, BLOCK)];
    long nanosPerBlock = rate == 0 ? NANOS : (long) ((double) NANOS * block.length / rate);
    long next = System.nanoTime();
    long sent = 0;
    while (true) {
      if (sent == stall) {
        hold();
      }
      if (sent == cut) {
        return cut();
      }
      if (sent == form.length()) {
        return true;
      }
      if (rate != Long.MAX_VALUE) {
        gates.pause(next - System.nanoTime());
        next += nanosPerBlock;
      }
      long left = Math.min(form.length(), Math.min(cut, stall > sent ? stall : cut)) - sent;
      int count = (int) Math.min(block.length, left);
      answer.source().read(answer.from() + sent, block, count);
      to.write(block, 0, count);
      sent += count;
      log.sent(entry, count, System.nanoTime());
    }
  }

  /** Waits until the path is released, or the client has gone. */
  private void hold() throws IOException {
    out.flush();
    while (!gates.await(request.path(), PATIENCE_NANOS)) {
      if (isClientGone()) {
        throw new IOException("the client has gone");
      }
    }
  }

  private boolean isClientGone() throws IOException {
    int timeout = socket.getSoTimeout();
    socket.setSoTimeout(1);
    in.mark(1);
    try {
      boolean gone = in.read() < 0;
      in.reset();
      return gone;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(timeout);
    }
  }

  private boolean cut() throws IOException {
    out.flush();
    if (faults.on(Parameter.RESET)) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
    return false;
  }
}
