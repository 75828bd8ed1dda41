package aifactory.service.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Simulates the service for many seeds and prints what does not hold: {@code ManySeeds FIRST COUNT}. */
final class ManySeeds {
    private ManySeeds() {}

    /** Exits with 1 when anything did not hold for any seed. */
    public static void main(String... arguments) throws IOException {
        long first = Long.parseLong(arguments[0]);
        long count = Long.parseLong(arguments[1]);
        if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(count == 1 ? Level.INFO : Level.OFF);
        }
        long passed = 0;
        long failed = 0;
        long batches = 0;
        long runs = 0;
        Path work = Files.createTempDirectory("simulation-");
        @Nullable SimulatedDisk disk = null;
        for (long seed = first; seed < first + count; seed++) {
            Path directory = work.resolve("seed-" + seed);
            try {
                if (disk == null) {
                    disk = new SimulatedDisk(work.resolve("disk-" + seed));
                }
                ServiceSimulation.Outcome outcome = new ServiceSimulation(seed, directory, disk).run();
                batches += outcome.acknowledgedBatches();
                runs += outcome.runsWithResult();
                passed++;
            } catch (AssertionError | Exception e) {
                failed++;
                System.out.println("seed " + seed + ": " + e);
                if (e.getCause() != null) {
                    e.getCause().printStackTrace(System.out);
                }
                // A simulation that did not end may have left a transaction open.
                close(disk);
                disk = null;
            }
            delete(directory);
        }
        close(disk);
        delete(work);
        System.out.printf("%d batches acknowledged in %d runs with a result%n", batches, runs);
        System.out.printf("%d passed, %d failed%n", passed, failed);
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void close(@Nullable SimulatedDisk disk) {
        if (disk != null) {
            try {
                disk.close();
            } catch (RuntimeException e) {
                System.out.println("closing the database: " + e);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
