package dev.haul.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A plain consumer with one virtual thread per job: what a careful programmer writes in an hour. A
 * poll's offsets are committed when all its files and events are there.
 */
final class ThreadsPeer {
  private final Setup setup;
  private final Download download;
  private final KafkaProducer<String, String> producer;
  private final Semaphore slots;

  ThreadsPeer(Setup setup) {
    this.setup = setup;
    this.download = new Download(setup.concurrency());
    this.producer = setup.producer();
    this.slots = new Semaphore(setup.concurrency());
  }

  void run() throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        var consumer = setup.consumer()) {
      consumer.subscribe(List.of(setup.jobs()), Setup.saysReady());
      while (true) {
        var records = consumer.poll(Duration.ofMillis(100));
        List<Future<Future<RecordMetadata>>> running = new ArrayList<>(records.count());
        for (var record : records) {
          running.add(threads.submit(() -> work(Job.parse(record.value(), setup.folder()))));
        }
        for (Future<Future<RecordMetadata>> job : running) {
          job.get().get();
        }
        if (!records.isEmpty()) {
          consumer.commitSync();
        }
      }
    }
  }

  private Future<RecordMetadata> work(Job job) throws Exception {
    slots.acquire();
    try {
      long bytes = download.to(job);
      return producer.send(
          new ProducerRecord<>(setup.completions(), job.id(), job.completion(bytes)));
    } finally {
      slots.release();
    }
  }
}
