package dev.haul;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's own authorizer, which notes the rights that users made use of, and those they lacked. */
public final class RecordingAuthorizer extends StandardAuthorizer {
  /** A right: user, type and name of a resource, operation. */
  record Right(String user, String type, String name, String operation) {}

  static final Set<Right> USED = ConcurrentHashMap.newKeySet();
  static final Set<Right> LACKED = ConcurrentHashMap.newKeySet();

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    List<AuthorizationResult> results = super.authorize(context, actions);
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      var right =
          new Right(
              context.principal().getName(),
              action.resourcePattern().resourceType().name(),
              action.resourcePattern().name(),
              action.operation().name());
      (results.get(i) == AuthorizationResult.ALLOWED ? USED : LACKED).add(right);
    }
    return results;
  }
}
