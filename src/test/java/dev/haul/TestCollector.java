package dev.haul;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans as a collector does: OTLP over HTTP, decoded with the protocol's own classes. */
final class TestCollector implements AutoCloseable {

  /** A span as it came, with the attributes of its resource. */
  record Seen(
      String name,
      Span.SpanKind kind,
      String trace,
      String id,
      String parent,
      Map<String, Object> attributes,
      Map<String, Object> resource,
      List<String> events,
      boolean failed,
      String message) {
    /** But for the flags. */
    String traceparent() {
      return "00-" + trace + "-" + id + "-";
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final List<Seen> spans = new CopyOnWriteArrayList<>();
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final int port;

  TestCollector() {
    port =
        vertx
            .createHttpServer()
            .requestHandler(request -> {
              boolean known =
                  "/v1/traces".equals(request.path())
                      && "application/x-protobuf".equals(request.getHeader("Content-Type"));
              request.bodyHandler(body -> {
                if (known) {
                  take(body);
                }
                request.response().setStatusCode(known ? 200 : 404).end();
              });
            })
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
  }

  String endpoint() {
    return "http://127.0.0.1:" + port;
  }

  /** The spans so far that belong to a job, in the order of their ends. */
  List<Seen> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  List<Seen> spans() {
    return List.copyOf(spans);
  }

  /** Everything that came, as text. */
  String text() {
    return String.join("\n", texts);
  }

  private void take(Buffer body) {
    try {
      var request = ExportTraceServiceRequest.parseFrom(body.getBytes());
      texts.add(request.toString());
      for (ResourceSpans resource : request.getResourceSpansList()) {
        Map<String, Object> of = map(resource.getResource().getAttributesList());
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          scope.getSpansList().forEach(span -> spans.add(seen(span, of)));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Seen seen(Span span, Map<String, Object> resource) {
    HexFormat hex = HexFormat.of();
    return new Seen(
        span.getName(),
        span.getKind(),
        hex.formatHex(span.getTraceId().toByteArray()),
        hex.formatHex(span.getSpanId().toByteArray()),
        hex.formatHex(span.getParentSpanId().toByteArray()),
        map(span.getAttributesList()),
        resource,
        span.getEventsList().stream().map(Span.Event::getName).toList(),
        span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR,
        span.getStatus().getMessage());
  }

  private static Map<String, Object> map(List<KeyValue> attributes) {
    var map = new LinkedHashMap<String, Object>();
    attributes.forEach(attribute -> map.put(attribute.getKey(), value(attribute.getValue())));
    return map;
  }

  private static Object value(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue();
      case BOOL_VALUE -> value.getBoolValue();
      default -> value.toString();
    };
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
