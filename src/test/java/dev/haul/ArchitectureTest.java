package dev.haul;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.haul.policy.Commit;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** The shape of the code: arrows between packages, and what no class may do. */
@AnalyzeClasses(packages = "dev.haul", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] ADAPTERS = {
    "dev.haul.fetch..",
    "dev.haul.store..",
    "dev.haul.kafka..",
    "dev.haul.metrics..",
    "dev.haul.admin..",
    "dev.haul.trace..",
    "dev.haul.zoom.."
  };

  @ArchTest
  static final ArchRule the_vocabulary_needs_only_the_jdk =
      classes()
          .that()
          .resideInAPackage("dev.haul.job..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage("dev.haul.job..", "java..", "org.jspecify.annotations.."))
          .as("job depends on the JDK alone");

  @ArchTest
  static final ArchRule decisions_need_only_the_vocabulary =
      classes()
          .that()
          .resideInAPackage("dev.haul.policy..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "dev.haul.policy..",
                      "dev.haul.job..",
                      "java.lang..",
                      "java.time..",
                      "java.util..",
                      "java.net..",
                      "java.nio",
                      "java.nio.charset..",
                      "org.jspecify.annotations..")
                  .and(not(resideInAPackage("java.util.concurrent.."))))
          .as("policy depends on job, and on nothing of the JDK that does I/O or has threads");

  @ArchTest
  static final ArchRule the_pipeline_knows_no_adapter =
      noClasses()
          .that()
          .resideInAPackage("dev.haul.pipeline..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(ADAPTERS)
                  .or(resideInAnyPackage("dev.haul", "dev.haul.config..", "dev.haul.cli..")))
          .as("pipeline owns the ports: adapters point to it, never the other way")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule adapters_do_not_know_each_other =
      slices()
          .matching("dev.haul.(fetch|store|kafka|metrics|admin|trace|zoom)..")
          .should()
          .notDependOnEachOther()
          .as("adapters do not know each other")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule the_origin_is_no_part_of_the_worker =
      noClasses()
          .that()
          .resideInAPackage("dev.haul.origin..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.haul..")
                  .and(not(resideInAnyPackage("dev.haul.origin..", "dev.haul.job.."))))
          .as("origin needs job alone");

  @ArchTest
  static final ArchRule only_commands_know_the_origin =
      knownOnlyTo("dev.haul.origin..", "dev.haul.chaos..", "dev.haul.cli..");

  @ArchTest
  static final ArchRule only_commands_know_the_chaos =
      knownOnlyTo("dev.haul.chaos..", "dev.haul.cli..");

  @ArchTest
  static final ArchRule the_checker_reads_with_its_own_code =
      noClasses()
          .that()
          .resideInAPackage("dev.haul.chaos..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.haul.policy..", "dev.haul.store..", "dev.haul.fetch..")
                  .and(not(type(Commit.class)))
                  .or(nameMatching("dev\\.haul\\.kafka\\..*(Decoder|Encoder|Json|Follower)")))
          .as("chaos judges a worker with nothing of the worker's own decoding");

  @ArchTest static final ArchRule nobody_knows_the_commands = knownOnlyTo("dev.haul.cli..");

  @ArchTest
  static final ArchRule only_commands_know_the_worker = knownOnlyTo("dev.haul", "dev.haul.cli..");

  @ArchTest
  static final ArchRule only_worker_and_commands_know_the_configuration =
      knownOnlyTo("dev.haul.config..", "dev.haul", "dev.haul.cli..");

  @ArchTest
  static final ArchRule packages_have_no_cycles =
      slices()
          .matching("dev.haul.(*)..")
          .should()
          .beFreeOfCycles()
          .as("packages have no cycles")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule kafka_stays_in_its_package =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.haul.kafka..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.apache.kafka..", "kafka..", "io.vertx.kafka.."))
          .as("types of Kafka appear only in the package kafka")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule traces_stay_in_their_package =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.haul.trace..")
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.opentelemetry.."))
          .as("types of OpenTelemetry appear only in the package trace");

  @ArchTest
  static final ArchRule static_means_final =
      fields().that().areStatic().should().beFinal().as("static fields are final");

  @ArchTest
  static final ArchRule time_comes_from_outside =
      noClasses()
          .that(
              not(
                  resideInAPackage("dev.haul.cli..")
                      .or(nameMatching("dev\\.haul\\.Worker(\\$.*)?"))))
          .should()
          .accessTargetWhere(readsTheClockOrSleeps())
          .as("nobody sleeps, and only Worker and cli read the wall clock: others are given one");

  @ArchTest
  static final ArchRule names_say_what_things_are =
      noClasses()
          .should()
          .haveNameMatching(".*(Manager|Helper|Utils?|Impl)(\\$.*)?")
          .as("no class is called Manager, Helper, Util or Impl");

  @ArchTest
  static final ArchRule fields_say_what_they_hold =
      fields()
          .should()
          .haveNameNotMatching("(?i).*(manager|helper|utils?|impl)")
          .as("no field is called manager, helper, util or impl");

  private static ArchRule knownOnlyTo(String known, String... others) {
    return noClasses()
        .that(not(resideInAPackage(known).or(resideInAnyPackage(others))))
        .should()
        .dependOnClassesThat(resideInAPackage(known))
        .as(known + " is known to " + (others.length == 0 ? "nobody" : String.join(", ", others)))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheClockOrSleeps() {
    return access(Thread.class, "sleep")
        .or(access(TimeUnit.class, "sleep"))
        .or(access(System.class, "currentTimeMillis"))
        .or(access(Instant.class, "now"))
        .or(access(InstantSource.class, "system"))
        .or(access(Clock.class, "system.*|tick.*"));
  }

  private static DescribedPredicate<JavaAccess<?>> access(Class<?> owner, String name) {
    return target(owner(type(owner))).and(target(nameMatching(name))).forSubtype();
  }
}
