package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Slots for the transfer of a job, asked for over the bus: dispatch has another context. */
record BusSlots(Vertx vertx, JobRecord.Valid record) implements ExtraSlots {
  @Override
  public Future<Boolean> take() {
    return Bus.TAKE_SLOT.ask(vertx, record);
  }

  @Override
  public void giveBack() {
    Bus.GIVE_SLOT.send(vertx, record);
  }
}
