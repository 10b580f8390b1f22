package dev.haul.policy;

/**
 * How things stand with a host.
 *
 * @param limit attempts that may run at once
 * @param startsPerSecond lately
 * @param pace requests per second that the host has taught; infinite when it has not
 * @param down whether only probes are started there
 * @param pausing whether it asked to be left alone until later
 */
public record HostReport(
    String host,
    int running,
    int waiting,
    int limit,
    double startsPerSecond,
    double pace,
    boolean down,
    boolean pausing) {}
