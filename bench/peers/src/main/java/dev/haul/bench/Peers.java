package dev.haul.bench;

import java.nio.file.Path;

/**
 * A download worker fed by Kafka, built the way people build them without Haul. Prints {@code
 * ready} when it has its partitions, then runs until it is ended.
 */
final class Peers {
  private Peers() {}

  /**
   * @param args name of the peer, bootstrap servers, folder for the files, jobs at once, partitions
   *     of its topics
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 5) {
      System.err.println("usage: Peers NAME BOOTSTRAP-SERVERS FOLDER CONCURRENCY PARTITIONS");
      System.exit(2);
    }
    var setup =
        new Setup(
            args[0],
            args[1],
            Path.of(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4]));
    setup.createTopics();
    switch (setup.name()) {
      case "threads" -> new ThreadsPeer(setup).run();
      case "core" -> new CorePeer(setup).start();
      case "vertx" -> new VertxPeer(setup).start();
      default -> throw new IllegalArgumentException("no peer " + setup.name());
    }
  }
}
