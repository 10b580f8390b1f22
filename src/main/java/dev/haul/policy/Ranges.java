package dev.haul.policy;

import java.util.ArrayList;
import java.util.List;

/** A set of bytes of a file, as few ranges, in order. Not safe for use by several threads. */
public final class Ranges {
  private final List<ByteRange> ranges = new ArrayList<>(1);
  private long bytes;

  public static Ranges of(List<ByteRange> ranges) {
    var all = new Ranges();
    ranges.forEach(range -> all.add(range.from(), range.to()));
    return all;
  }

  /** Adds bytes; what is there already stays once. */
  public void add(long from, long to) {
    if (to <= from) {
      return;
    }
    int index = 0;
    while (index < ranges.size() && ranges.get(index).to() < from) {
      index++;
    }
    long first = from;
    long end = to;
    while (index < ranges.size() && ranges.get(index).from() <= end) {
      ByteRange met = ranges.remove(index);
      bytes -= met.length();
      first = Math.min(first, met.from());
      end = Math.max(end, met.to());
    }
    ranges.add(index, new ByteRange(first, end));
    bytes += end - first;
  }

  /** How many bytes it holds. */
  public long bytes() {
    return bytes;
  }

  /** How many it holds from the first byte of the file on without a gap. */
  public long prefix() {
    return ranges.isEmpty() || ranges.getFirst().from() > 0 ? 0 : ranges.getFirst().to();
  }

  public List<ByteRange> all() {
    return List.copyOf(ranges);
  }

  /** What is missing of a file of this size. */
  public List<ByteRange> gaps(long size) {
    var gaps = new ArrayList<ByteRange>();
    long at = 0;
    for (ByteRange range : ranges) {
      if (range.from() > at && at < size) {
        gaps.add(new ByteRange(at, Math.min(range.from(), size)));
      }
      at = Math.max(at, range.to());
    }
    if (at < size) {
      gaps.add(new ByteRange(at, size));
    }
    return gaps;
  }
}
