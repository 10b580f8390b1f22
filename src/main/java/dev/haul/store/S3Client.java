package dev.haul.store;

import dev.haul.job.InvalidField;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Makes the SDK's client as settings say. */
final class S3Client {
  private static final int TRIES = 5;
  private static final int LOOPS = 2;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  /** Requests wait for a connection as long as others take; memory bounds how many do. */
  private static final Duration WAIT_TIMEOUT = Duration.ofMinutes(30);

  private S3Client() {}

  /**
   * Makes a client; asks for nothing yet.
   *
   * @param store name of the store
   * @param variables of the environment
   * @throws InvalidField when there are no keys or no region
   */
  static S3AsyncClient of(String store, S3Settings settings, Map<String, String> variables) {
    String section = "stores." + store + ".s3.";
    var builder =
        S3AsyncClient.builder()
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .maxConcurrency(settings.requests())
                    .maxPendingConnectionAcquires(Integer.MAX_VALUE)
                    .connectionAcquisitionTimeout(WAIT_TIMEOUT)
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .readTimeout(IDLE_TIMEOUT)
                    .writeTimeout(IDLE_TIMEOUT)
                    .eventLoopGroupBuilder(SdkEventLoopGroup.builder().numberOfThreads(LOOPS)))
            // Parts and objects carry a CRC-32C that is known before they are sent.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(it -> it.expectContinueEnabled(false))
            .overrideConfiguration(
                it -> it.retryStrategy(StandardRetryStrategy.builder().maxAttempts(TRIES).build()))
            .asyncConfiguration(it ->
                it.advancedOption(
                    SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
    if (settings.accessKeyId() != null) {
      builder.credentialsProvider(new S3Keys(section, settings, variables));
    }
    if (settings.endpoint() != null) {
      builder.endpointOverride(URI.create(settings.endpoint())).forcePathStyle(true);
    }
    if (settings.region() != null) {
      builder.region(Region.of(settings.region()));
    } else if (settings.endpoint() != null) {
      builder.region(Region.US_EAST_1);
    }
    try {
      return builder.build();
    } catch (SdkException e) {
      throw new InvalidField(section + "region", "must be given: " + e.getMessage());
    }
  }
}
