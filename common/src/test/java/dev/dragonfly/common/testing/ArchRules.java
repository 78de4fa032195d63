package dev.dragonfly.common.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What every module keeps to; a module's test calls {@link #check} with its base package. */
public final class ArchRules {
  private static final Set<String> CLOCKS =
      Set.of(
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Thread.sleep");
  private static final Set<String> THREADS =
      Set.of(
          "java.lang.Thread.<init>",
          "java.lang.Thread.ofVirtual",
          "java.lang.Thread.ofPlatform",
          "java.lang.Thread.startVirtualThread",
          "java.util.Timer.<init>");
  private static final Set<String> RANDOM =
      Set.of(
          "java.util.Random.<init>",
          "java.lang.Math.random",
          "java.util.concurrent.ThreadLocalRandom.current");
  private static final String[] KINDS_ARE_NAMED = {
    "dev.dragonfly.common.task..",
    "dev.dragonfly.common.wire..",
    "..rpc..",
    "..cli..",
    // what the REST interface and dynamic configuration call them
    "dev.dragonfly.manager..",
    "dev.dragonfly.api.."
  };
  private static final String[] ONLY_THERE = {
    "dev.dragonfly.common.time..", "dev.dragonfly.common.concurrent.."
  };

  private ArchRules() {}

  /** Fails with all breaches of the classes below the package, tests left out. */
  public static void check(String basePackage) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(basePackage);
    for (ArchRule rule : rules(basePackage)) {
      rule.allowEmptyShould(true).check(classes);
    }
  }

  /**
   * Fails when a package uses another that it may not use, or is not in the table.
   *
   * @param allowed for each package below the base which others of the module it may use; {@code *}
   *     is all
   */
  public static void checkLayers(String basePackage, Map<String, Set<String>> allowed) {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(basePackage);
    Set<String> wrong = new TreeSet<>();
    for (JavaClass from : classes) {
      String layer = below(basePackage, from);
      if (!allowed.containsKey(layer)) {
        wrong.add(layer + " has no place among the layers");
        continue;
      }
      Set<String> may = allowed.getOrDefault(layer, Set.of());
      for (Dependency use : from.getDirectDependenciesFromSelf()) {
        JavaClass to = use.getTargetClass();
        boolean ours = to.getPackageName().startsWith(basePackage + ".");
        String target = ours ? below(basePackage, to) : layer;
        if (!target.equals(layer) && !may.contains(target) && !may.contains("*")) {
          wrong.add(layer + " may not use " + target + ": " + use.getDescription());
        }
      }
    }
    assertThat(wrong).as("arrows between packages of " + basePackage).isEmpty();
  }

  private static String below(String basePackage, JavaClass type) {
    return type.getPackageName().substring(basePackage.length() + 1);
  }

  private static List<ArchRule> rules(String basePackage) {
    return List.of(
        slices().matching(basePackage + ".(*)..").should().beFreeOfCycles(),
        only(
            "dev.dragonfly.api..",
            "..rpc..",
            "..wire..",
            "..client..",
            "..cli..",
            "dev.dragonfly.common.manager..",
            // Stored forms are protobuf, so that versions can read each other's.
            "..store.redis.."),
        only(
            "io.netty..",
            "..net..",
            "..proxy..",
            "..transfer..",
            "..link..",
            "..source..",
            "dev.dragonfly.common.grpc..",
            // Lettuce asks for a timer of Netty's.
            "..store.redis.."),
        only("io.lettuce..", "..store.redis.."),
        only("org.apache.hc..", "dev.dragonfly.common.registry.."),
        only("org.springframework..", "dev.dragonfly.manager.."),
        only("jakarta.persistence..", "dev.dragonfly.manager.."),
        only("org.hibernate..", "dev.dragonfly.manager.."),
        only("picocli..", "..cli..", "..app.."),
        noMembers()
            .that()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackages(KINDS_ARE_NAMED)
            .should()
            .haveNameMatching("(?i).*(persistent|cacheTask).*")
            .as("a kind of task is data: only these may name one " + List.of(KINDS_ARE_NAMED)),
        never(CLOCKS, "read a clock or sleep: inject Time and Timers"),
        never(THREADS, "make threads: use Threads"),
        never(RANDOM, "draw random numbers: inject a generator"));
  }

  private static ArchRule only(String library, String... homes) {
    String[] allowed = new String[homes.length + 1];
    System.arraycopy(homes, 0, allowed, 0, homes.length);
    allowed[homes.length] = library;
    return noClasses()
        .that()
        .resideOutsideOfPackages(allowed)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static ArchRule never(Set<String> calls, String what) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(ONLY_THERE)
        .should()
        .accessTargetWhere(isOneOf(calls))
        .as("only common.time and common.concurrent may " + what);
  }

  private static DescribedPredicate<JavaAccess<?>> isOneOf(Set<String> calls) {
    return describe(
        "is one of " + calls,
        access -> calls.contains(access.getTargetOwner().getName() + "." + access.getName()));
  }
}
