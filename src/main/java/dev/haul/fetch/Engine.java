package dev.haul.fetch;

import dev.haul.job.JobEvent;
import dev.haul.pipeline.PartStore;
import dev.haul.policy.ContentRules;
import dev.haul.policy.MirrorOrder;
import dev.haul.policy.RedirectRules;
import io.vertx.core.Context;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Consumer;

/** What all transfers of a fetcher share. */
record Engine(
    Context context,
    FetchSettings settings,
    ProgressSettings progressSettings,
    WayOut wayOut,
    HostResolver hosts,
    HostResolver proxyHosts,
    Connections connections,
    Bandwidth bandwidth,
    MirrorOrder mirrors,
    RedirectRules redirects,
    ResponseRules responses,
    ContentRules content,
    Credentials credentials,
    Map<String, PartStore> parts,
    Consumer<JobEvent.Progress> progress,
    InstantSource clock) {}
