package dev.haul.bench;

import io.confluent.parallelconsumer.vertx.VertxParallelEoSStreamProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.client.predicate.ResponsePredicate;
import io.vertx.ext.web.codec.BodyCodec;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Confluent's parallel-consumer on Vert.x, with the web client piping each body into its file. */
final class VertxPeer {
  private final Setup setup;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient http;
  private final KafkaProducer<String, String> producer;

  VertxPeer(Setup setup) {
    this.setup = setup;
    this.http = WebClient.create(vertx, new WebClientOptions().setMaxPoolSize(setup.concurrency()));
    this.producer = setup.producer();
  }

  void start() {
    var consumer =
        new VertxParallelEoSStreamProcessor<String, String>(
            vertx, http, setup.parallelConsumer().build());
    consumer.subscribe(List.of(setup.jobs()), Setup.saysReady());
    consumer.vertxFuture(context -> work(Job.parse(context.value(), setup.folder())));
  }

  private Future<Void> work(Job job) {
    return vertx
        .fileSystem()
        .mkdirs(job.target().getParent().toString())
        .compose(done -> vertx.fileSystem().open(job.target().toString(), new OpenOptions()))
        .compose(file ->
            http.getAbs(job.url()).expect(ResponsePredicate.SC_OK).as(BodyCodec.pipe(file)).send())
        .compose(answer -> publish(job, Long.parseLong(answer.getHeader("content-length"))));
  }

  private Future<Void> publish(Job job, long bytes) {
    Promise<Void> published = Promise.promise();
    producer.send(
        new ProducerRecord<>(setup.completions(), job.id(), job.completion(bytes)),
        (metadata, error) -> {
          if (error == null) {
            published.complete();
          } else {
            published.fail(error);
          }
        });
    return published.future();
  }
}
