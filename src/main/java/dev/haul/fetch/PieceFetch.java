package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.RangeAnswer;
import dev.haul.policy.RangeRequest;
import dev.haul.policy.SegmentPlan.Piece;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpClientResponse;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one piece of a file over a connection of its own. It is asked of the URL that the file
 * came from in the end, and only the exact bytes of the same version are taken.
 */
final class PieceFetch implements Exchange.Listener {
  /**
   * What it needs of the transfer.
   *
   * @param url where redirects have led
   * @param headers that went there
   * @param counter told of bytes that come
   * @param onFull told when the part is full
   */
  record Source(
      SourceUrl url,
      Map<String, String> headers,
      Part part,
      IntConsumer counter,
      Runnable onFull) {}

  private final Engine engine;
  private final Source source;
  private final Piece piece;
  private final RangeRequest request;
  private final BooleanSupplier wanted;
  private final BiConsumer<PieceFetch, @Nullable Failure> ended;
  private final Asking asking;
  private @Nullable Body body;
  private boolean over;

  /**
   * @param wanted asked whether the piece is still wanted, when it would come
   * @param ended told once, with null when the piece is here; not after {@link #cancel}
   */
  PieceFetch(
      Engine engine,
      Source source,
      Piece piece,
      RangeRequest request,
      BooleanSupplier wanted,
      BiConsumer<PieceFetch, @Nullable Failure> ended) {
    this.engine = engine;
    this.source = source;
    this.piece = piece;
    this.request = request;
    this.wanted = wanted;
    this.ended = ended;
    this.asking =
        new Asking(
            engine, source.url(), () -> Draft.ranged(source.headers(), request), this, this::end);
  }

  Piece piece() {
    return piece;
  }

  void start() {
    asking.start();
  }

  @Override
  public void answered(HttpClientResponse head) {
    Exchange asked = asking.exchange();
    RangeAnswer answer = request.judge(Draft.head(head));
    boolean encoded = head.getHeader("Content-Encoding") != null;
    if (answer instanceof RangeAnswer.Partial(var range, _) && !encoded && wanted.getAsBoolean()) {
      asked.take();
      var span =
          new Body.Span(
              range.from(), range.length(), true, range.to(), OptionalLong.empty(), false);
      body =
          new Body(
              engine,
              source.url(),
              source.part(),
              asked,
              span,
              piece,
              source.onFull(),
              null,
              System.nanoTime());
      if (source.part().isFull()) {
        pause();
      }
    } else {
      asked.dismiss();
      endSoon(FetchFailures.of(ErrorCode.BAD_RESPONSE, source.url(), "no piece of the file"));
    }
  }

  @Override
  public void received(ByteBuf bytes) {
    Body taking = body;
    if (taking == null) {
      bytes.release();
      return;
    }
    source.counter().accept(bytes.readableBytes());
    Failure failure = taking.take(bytes);
    if (failure != null || taking.isCutShort()) {
      asking.exchange().abort();
      endSoon(failure);
    }
  }

  @Override
  public void ended() {
    Body taken = body;
    endSoon(taken == null ? null : taken.end());
  }

  @Override
  public void broke(Throwable cause) {
    end(FetchFailures.answering(source.url(), cause, "in a piece"));
  }

  /** Others may still be reading from the same batch of messages. */
  private void endSoon(@Nullable Failure failure) {
    engine.context().runOnContext(_ -> end(failure));
  }

  private void end(@Nullable Failure failure) {
    if (!over) {
      cancel();
      ended.accept(this, failure);
    }
  }

  void tick(long nowNanos) {
    Body taking = body;
    if (taking == null) {
      asking.tick(nowNanos);
      return;
    }
    Failure failure = taking.tick(nowNanos);
    if (failure != null) {
      end(failure);
    }
  }

  void pause() {
    if (body != null) {
      body.pause();
    }
  }

  void resume() {
    if (body != null) {
      body.goOn();
    }
  }

  /** Hangs up. */
  void cancel() {
    over = true;
    asking.hangUp();
    if (body != null) {
      body.close();
    }
  }
}
