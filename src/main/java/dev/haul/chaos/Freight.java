package dev.haul.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.Position;
import dev.haul.kafka.RecordPublisher;
import dev.haul.kafka.TopicSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the jobs of a run, each record once, in their order, from a thread of its own: it may
 * have to wait for Kafka. Belongs to one thread.
 */
final class Freight implements AutoCloseable {
  /** Where a record has gone, or why it has not. */
  private record Delivery(Cargo cargo, @Nullable Position place, @Nullable Throwable failure) {}

  private static final int UNREADABLE_BYTES = 12;
  private static final String NO_SUCH_BYTES = "0".repeat(64);

  private final List<Cargo> jobs;
  private final ChaosOrigin origin;
  private final Map<Cargo, String> digests;
  private final TopicSettings topics;
  private final RecordPublisher publisher;

  /** The producer's thread gives, ours takes. */
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("haul-chaos-jobs").factory());

  private int sent;
  private int delivered;

  /**
   * @param digests the SHA-256 of each job's file
   */
  Freight(
      List<Cargo> jobs,
      ChaosOrigin origin,
      Map<Cargo, String> digests,
      TopicSettings topics,
      RecordPublisher publisher) {
    this.jobs = List.copyOf(jobs);
    this.origin = origin;
    this.digests = digests;
    this.topics = topics;
    this.publisher = publisher;
  }

  /** Publishes the next ones, up to so many in all. */
  void sendUpTo(int count) {
    for (; sent < Math.min(count, jobs.size()); sent++) {
      Cargo cargo = jobs.get(sent);
      sender.execute(() -> send(cargo));
    }
  }

  private void send(Cargo cargo) {
    var _ =
        publisher
            .publish(topics.jobs().getFirst().topic(), cargo.id().getBytes(UTF_8), value(cargo))
            .whenComplete((place, failure) -> deliveries.add(new Delivery(cargo, place, failure)));
  }

  boolean isAllDelivered() {
    return delivered == jobs.size();
  }

  /**
   * Tells of what Kafka has taken since the last call.
   *
   * @throws IllegalStateException when it has refused a record
   */
  void takeDeliveries(BiConsumer<Position, Cargo> published) {
    for (Delivery each = deliveries.poll(); each != null; each = deliveries.poll()) {
      if (each.place() == null) {
        throw new IllegalStateException("a job could not be published", each.failure());
      }
      delivered++;
      published.accept(each.place(), each.cargo());
      if (each.cargo().kind() == CargoKind.CANCELLED) {
        cancel(each.cargo());
      }
    }
  }

  private void cancel(Cargo cargo) {
    ObjectNode command =
        JsonNodeFactory.instance.objectNode().put("action", "cancel").put("jobId", cargo.id());
    sender.execute(() -> {
      var _ =
          publisher.publish(
              topics.control(), cargo.id().getBytes(UTF_8), command.toString().getBytes(UTF_8));
    });
  }

  /** What has not been sent by now never is. */
  @Override
  public void close() {
    sender.shutdownNow();
  }

  private byte[] value(Cargo cargo) {
    ObjectNode job = JsonNodeFactory.instance.objectNode();
    job.put("id", cargo.id());
    job.put("url", origin.url(cargo));
    job.put("target", cargo.target());
    job.put("store", cargo.store());
    if (cargo.kind() == CargoKind.FALSE_CHECKSUM) {
      job.put("checksum", "sha256:" + NO_SUCH_BYTES).put("maxAttempts", 2);
    } else if (cargo.sized()) {
      job.put("size", cargo.size()).put("checksum", "sha256:" + digests.get(cargo));
    }
    String text = job.toString();
    return (cargo.kind() == CargoKind.UNREADABLE ? text.substring(0, UNREADABLE_BYTES) : text)
        .getBytes(UTF_8);
  }
}
