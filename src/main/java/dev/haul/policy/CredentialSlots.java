package dev.haul.policy;

import java.util.HashSet;
import java.util.Set;

/** What uses one credential, whatever the host. */
final class CredentialSlots<T> {
  final String name;
  private final int max;
  private int running;
  final Set<Stand<T>> stands = new HashSet<>();

  CredentialSlots(String name, int max) {
    this.name = name;
    this.max = max;
  }

  boolean hasRoom() {
    return running < max;
  }

  void started() {
    running++;
    if (running == max) {
      stands.forEach(Stand::look);
    }
  }

  void ended() {
    running--;
    if (running == max - 1) {
      stands.forEach(Stand::look);
    }
  }
}
