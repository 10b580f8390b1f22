package dev.haul.bench;

import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Confluent's parallel-consumer with its own thread pool; it publishes what the function returns.
 */
final class CorePeer {
  private final Setup setup;
  private final Download download;

  CorePeer(Setup setup) {
    this.setup = setup;
    this.download = new Download(setup.concurrency());
  }

  void start() {
    var options = setup.parallelConsumer().producer(setup.producer()).build();
    var consumer = ParallelStreamProcessor.createEosStreamProcessor(options);
    consumer.subscribe(List.of(setup.jobs()), Setup.saysReady());
    consumer.pollAndProduce(context -> work(Job.parse(context.value(), setup.folder())));
  }

  private ProducerRecord<String, String> work(Job job) {
    try {
      long bytes = download.to(job);
      return new ProducerRecord<>(setup.completions(), job.id(), job.completion(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
