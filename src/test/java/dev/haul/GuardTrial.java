package dev.haul;

import static dev.haul.TestCluster.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.config.Settings;
import dev.haul.origin.Faults;
import dev.haul.origin.Origin;
import dev.haul.origin.OriginSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Tries refused addresses and headers through a real worker. It runs in a network namespace in
 * which every address of the world is one of this machine, so that the origin, which listens at all
 * of them, would hear of whatever got through.
 */
final class GuardTrial {
  private static final int CONNECT_MILLIS = 5_000;

  private final List<String> report = new ArrayList<>();
  private final Path folder;

  private GuardTrial(Path folder) {
    this.folder = folder;
  }

  /** Writes a line for each thing tried into {@code report.txt} in a folder. */
  public static void main(String[] arguments) throws Exception {
    var trial = new GuardTrial(Path.of(arguments[0]));
    trial.run();
    Files.write(trial.folder.resolve("report.txt"), trial.report);
    System.exit(0);
  }

  private void run() throws Exception {
    var everywhere = new OriginSettings("::", 80, 8080, OptionalInt.of(443), Faults.NONE);
    try (Origin origin = Origin.start(everywhere, InstantSource.system())) {
      whatIsRefusedCouldBeReached(origin);
      origin.reset();
      List<TrialJob> jobs = new ArrayList<>(RefusedAddresses.jobs());
      jobs.addAll(HeaderTricks.jobs());
      jobs.addAll(CrossingHeaders.jobs());
      jobs.add(
          TrialJob.of(
              "control", "a public address", TrialJob.url("control", ""), TrialJob.COMPLETES, 1));
      run(origin, jobs);
    }
  }

  private void whatIsRefusedCouldBeReached(Origin origin) throws IOException {
    var unheard = new TreeSet<String>();
    for (String host : RefusedAddresses.PLAIN) {
      InetAddress address = InetAddress.getByName(host);
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, 80), CONNECT_MILLIS);
      } catch (IOException e) {
        unheard.add(host + " (" + e.getMessage() + ")");
      }
    }
    eventually()
        .until(() ->
            origin.connections().addresses().values().stream().mapToInt(it -> it).sum()
                == RefusedAddresses.PLAIN.size() - unheard.size());
    tell(
        "the origin hears of connections to " + RefusedAddresses.PLAIN.size() + " addresses",
        unheard.isEmpty() ? List.of() : List.of("not of " + unheard));
  }

  private void run(Origin origin, List<TrialJob> jobs) throws IOException {
    TestCluster cluster = TestCluster.shared(1);
    Path store = folder.resolve("store");
    Map<String, String> settings = cluster.settings(store);
    settings.keySet().removeAll(Set.of("fetch.allow-networks", "fetch.allow-ports"));
    settings.putAll(CrossingHeaders.settings());
    settings.put("retry.max-attempts", "2");
    settings.put("fetch.first-byte-timeout", "30s");
    settings.put("dispatch.max-per-host", "4");
    cluster.send(jobs.stream().map(job -> record(cluster, job)).toList());
    try (TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader dead = cluster.read(cluster.topics.dead());
        TopicReader states = cluster.read(cluster.topics.states());
        TopicReader progress = cluster.read(cluster.topics.progress())) {
      try (Worker _ = Worker.start(Settings.load(null, Map.of(), settings))) {
        eventually().until(() -> completions.jobs() == jobs.size());
      }
      for (TrialJob job : jobs) {
        tell(job.what(), faults(origin, completions.of(job.id()), job));
      }
      tell("no connection came at an address that is not public", strayConnections(origin));
      tell(
          "headers stay with their origin",
          CrossingHeaders.faults(origin, System.getenv("TRIAL_SECRET")));
      var secrets = new ArrayList<String>();
      for (TopicReader topic : List.of(completions, dead, states, progress)) {
        topic.records().forEach(record -> secrets.addAll(secrets(record, topic == dead)));
      }
      tell("no event tells a secret", secrets);
      tell("only what may arrive is stored", strayFiles(store, jobs));
    }
  }

  private static ProducerRecord<byte[], byte[]> record(TestCluster cluster, TrialJob job) {
    return new ProducerRecord<>(
        cluster.jobs(), job.id().getBytes(StandardCharsets.UTF_8), job.value());
  }

  private static List<String> faults(Origin origin, List<JsonNode> ends, TrialJob job) {
    var faults = new ArrayList<String>();
    if (ends.size() != 1) {
      faults.add(ends.size() + " ends");
    }
    for (JsonNode end : ends) {
      String code = end.path("error").path("code").asText("completed");
      if (!job.codes().contains(code)) {
        faults.add("ends with " + end);
      }
    }
    int arrivals = origin.seen(job.id()).requests();
    if (arrivals != job.arrivals()) {
      faults.add(arrivals + " requests instead of " + job.arrivals() + ": " + ends);
    }
    return faults;
  }

  private static List<String> strayConnections(Origin origin) {
    var addresses = new TreeSet<>(origin.connections().addresses().keySet());
    addresses.removeAll(Set.of(TrialJob.PUBLIC, TrialJob.OTHER));
    return List.copyOf(addresses);
  }

  /** The value of a dead letter is the original record, with all that it holds. */
  private static List<String> secrets(ConsumerRecord<byte[], byte[]> record, boolean isLetter) {
    String text = TopicReader.headers(record).toString();
    if (!isLetter) {
      text += new String(record.value(), StandardCharsets.UTF_8);
    }
    boolean betrays =
        text.contains(TrialJob.SECRET) || text.contains(System.getenv("TRIAL_SECRET"));
    return betrays ? List.of(text) : List.of();
  }

  private static List<String> strayFiles(Path store, List<TrialJob> jobs) {
    var files = new TreeSet<>(new StoredFiles(store).names());
    jobs.stream().filter(TrialJob::mayComplete).forEach(job -> files.remove(job.id()));
    return List.copyOf(files);
  }

  private void tell(String what, List<String> faults) {
    report.add((faults.isEmpty() ? "ok\t" : "FAILED\t") + what + "\t" + String.join("; ", faults));
  }
}
