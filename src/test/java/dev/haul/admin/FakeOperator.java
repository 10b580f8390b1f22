package dev.haul.admin;

import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what it is told, and has dead letters that are gone when they are driven again. */
final class FakeOperator implements Operator {
  private final List<String> commands = new CopyOnWriteArrayList<>();
  private final List<DeadJob> letters = new CopyOnWriteArrayList<>();

  List<String> commands() {
    return commands;
  }

  List<DeadJob> letters() {
    return letters;
  }

  @Override
  public Future<Void> control(Action action, ControlScope scope) {
    commands.add(action.wireName() + " " + scope);
    return Future.succeededFuture();
  }

  @Override
  public Future<List<DeadJob>> dead() {
    return Future.succeededFuture(List.copyOf(letters));
  }

  @Override
  public Future<Redriven> redrive(DeadFilter filter) {
    commands.add("redrive " + filter);
    int before = letters.size();
    letters.removeIf(letter -> filter.matches(letter.place(), letter.code(), letter.host()));
    return Future.succeededFuture(new Redriven(before - letters.size(), 0));
  }
}
