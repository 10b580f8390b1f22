package dev.haul.fetch;

import dev.haul.policy.ExpectedContent;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gathers the first bytes of a body, however they come, and has them judged once. */
final class Opening {
  private final ExpectedContent expected;
  private final byte[] bytes = new byte[ExpectedContent.OPENING_BYTES];
  private int count;
  private boolean judged;

  Opening(ExpectedContent expected) {
    this.expected = expected;
  }

  /** Looks at more of the body, without reading it; answers why it cannot be the file. */
  @Nullable String look(ByteBuf chunk) {
    if (judged) {
      return null;
    }
    int more = Math.min(chunk.readableBytes(), bytes.length - count);
    chunk.getBytes(chunk.readerIndex(), bytes, count, more);
    count += more;
    return count < bytes.length ? null : judge();
  }

  /** Judges a body that ended; answers why it cannot be the file. */
  @Nullable String end() {
    return judged || count == 0 ? null : judge();
  }

  private @Nullable String judge() {
    judged = true;
    return expected.refuseOpening(Arrays.copyOf(bytes, count));
  }
}
