package aifactory.commandline;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Holds the modules to the directions of the design, and time, chance and processes to the few places that may touch
 * them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    /** The modules that each module may depend on, directly or not; the rows of the design's table. */
    private static final Map<String, List<String>> ALLOWED = Map.ofEntries(
            Map.entry("measurement", List.of()),
            Map.entry("workload", List.of("measurement")),
            Map.entry("access", List.of("workload", "measurement")),
            Map.entry("engine", List.of("access", "workload", "measurement")),
            Map.entry("protocol", List.of("measurement", "workload")),
            Map.entry("node", List.of("protocol", "workload", "measurement")),
            Map.entry("client", List.of("node", "engine", "access", "protocol", "workload", "measurement")),
            Map.entry("server", List.of("node", "access", "protocol", "workload", "measurement")),
            Map.entry("slurm", List.of()),
            Map.entry("capacity", List.of()),
            Map.entry("servermetrics", List.of()),
            Map.entry("inference", List.of()),
            Map.entry("reporting", List.of("measurement", "protocol", "workload", "capacity", "servermetrics")),
            Map.entry(
                    "service",
                    List.of(
                            "slurm",
                            "inference",
                            "reporting",
                            "capacity",
                            "servermetrics",
                            "access",
                            "protocol",
                            "workload",
                            "measurement")),
            Map.entry("simulator", List.of("workload", "measurement")));

    /** The clocks themselves. Everything else is handed one. */
    private static final Set<String> READS_CLOCKS =
            Set.of("aifactory.measurement.MonotonicClock", "aifactory.slurm.command.ProcessCommandRunner");
    /** Adapters to the operating system's processes. */
    private static final Set<String> STARTS_PROCESSES = Set.of(
            "aifactory.access.KeyCommand",
            "aifactory.commandline.composition.SimulatorProcess",
            "aifactory.commandline.image.ApptainerBuild",
            "aifactory.service.dispatch.local.LinuxProcesses",
            "aifactory.client.gpu.NvidiaSmi",
            "aifactory.server.power.NodeTools",
            "aifactory.server.process.ServerLauncher",
            "aifactory.slurm.command.ProcessCommandRunner");
    /** The sleepers that are injected. */
    private static final Set<String> SLEEPS = Set.of("aifactory.client.waiting.Sleeper");

    private JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("aifactory");
    }

    @Test
    void everyModuleIsSeen() {
        // Without classes the rules below would pass trivially.
        for (String module : ALLOWED.keySet()) {
            assertThat(classes.stream().map(JavaClass::getPackageName))
                    .as(module)
                    .anyMatch(name -> name.startsWith("aifactory." + module));
        }
    }

    @Test
    void noTestCodeIsShipped() {
        noClasses()
                .should()
                .resideInAnyPackage("aifactory.slurm.simulation..", "aifactory..testing..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.junit..", "org.assertj..", "org.opentest4j..")
                .check(classes);
    }

    @Test
    void modulesDependDownwardOnly() {
        ALLOWED.forEach((module, allowed) -> {
            List<String> forbidden = new ArrayList<>();
            ALLOWED.keySet().stream()
                    .filter(other -> !other.equals(module) && !allowed.contains(other))
                    .forEach(other -> forbidden.add("aifactory." + other + ".."));
            forbidden.add("aifactory.commandline..");
            noClasses()
                    .that()
                    .resideInAPackage("aifactory." + module + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(forbidden.toArray(String[]::new)))
                    .allowEmptyShould(true)
                    .check(classes);
        });
    }

    /** Every package is a slice: the root package of a module and its internal packages, too. */
    @Test
    void packagesAreFreeOfCycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return type.getPackageName().startsWith("aifactory.")
                                ? SliceIdentifier.of(type.getPackageName())
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void internalPackagesAreUsedByTheirOwnModuleOnly() {
        for (String module : ALLOWED.keySet()) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage("aifactory." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("aifactory." + module + "..internal..")
                    .check(classes);
        }
    }

    @Test
    void clocksAreInjected() {
        noClasses()
                .that(are(READS_CLOCKS).negate())
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethodWhere(target(name("now")).and(target(owner(resideInAnyPackage("java.time..")))))
                .check(classes);
    }

    @Test
    void chanceIsSeededOrInjected() {
        noClasses()
                .should()
                .callMethod(Math.class, "random")
                .orShould()
                .accessClassesThat(DescribedPredicate.describe(
                        "ThreadLocalRandom", type -> type.isEquivalentTo(ThreadLocalRandom.class)))
                .check(classes);
        // ClientDependencies is where the machine's own chance is taken in.
        classes()
                .that(are(Set.of("aifactory.client.ClientDependencies")).negate())
                .should(notCallUnseededConstructors())
                .check(classes);
    }

    @Test
    void processesAreStartedByAdaptersOnly() {
        noClasses()
                .that(are(STARTS_PROCESSES).negate())
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .check(classes);
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .that(are(SLEEPS).negate())
                .should()
                .callMethodWhere(target(name("sleep"))
                        .and(target(owner(
                                DescribedPredicate.describe("Thread", type -> type.isEquivalentTo(Thread.class))))))
                .check(classes);
    }

    @Test
    void nobodyPrintsPastTheSession() {
        noClasses()
                .that()
                .resideOutsideOfPackage("aifactory.commandline.session..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(classes);
    }

    /** The classes of those names and what is nested in them. */
    private static DescribedPredicate<JavaClass> are(Set<String> names) {
        return DescribedPredicate.describe(
                "are " + names,
                type -> names.stream()
                        .anyMatch(name ->
                                type.getName().equals(name) || type.getName().startsWith(name + "$")));
    }

    private static ArchCondition<JavaClass> notCallUnseededConstructors() {
        return new ArchCondition<>("not make random generators without a seed") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaConstructorCall call : type.getConstructorCallsFromSelf()) {
                    boolean isRandom = call.getTargetOwner().isEquivalentTo(Random.class)
                            || call.getTargetOwner().isEquivalentTo(SplittableRandom.class);
                    if (isRandom && call.getTarget().getRawParameterTypes().isEmpty()) {
                        events.add(SimpleConditionEvent.violated(call, call.getDescription()));
                    }
                }
            }
        };
    }
}
