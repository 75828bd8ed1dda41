package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * This program in a directory that the nodes see: what runs on the login node is what runs in the job, and a later build does not pull
 * it from under a job's feet.
 */
final class ProgramCopy {
    private static final int NAME_BYTES = 8;

    private ProgramCopy() {}

    /**
     * Makes the copy, unless it is there, and a script that starts it.
     *
     * @param directory that the nodes see; every version has a directory of its own in it
     * @param javaHome of the Java on the nodes
     * @return the script
     */
    static Path in(Path directory, Path javaHome) {
        List<Path> libraries = libraries();
        Path home = directory.resolve(nameOf(libraries));
        try {
            Path lib = home.resolve("lib");
            if (!Files.isDirectory(lib)) {
                copy(libraries, home, lib);
            }
            Path script = home.resolve(
                    "aifactory-" + HexFormat.of().formatHex(digest(javaHome.toString()), 0, NAME_BYTES / 2));
            if (!Files.isExecutable(script)) {
                Path partial = Files.createTempFile(home, "script", ".partial", owner("rwx------"));
                Files.writeString(partial, script(javaHome, lib));
                Files.move(partial, script, StandardCopyOption.ATOMIC_MOVE);
            }
            return script;
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the program cannot be copied to " + home + " for the nodes ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "); choose another --shared-dir, or set slurm.program to where they find it");
        }
    }

    private static List<Path> libraries() {
        List<Path> libraries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            libraries.add(Path.of(entry).toAbsolutePath());
        }
        return libraries;
    }

    /** Told apart by names, sizes and times: a build replaces files, it does not change them. */
    private static String nameOf(List<Path> libraries) {
        StringBuilder text = new StringBuilder();
        try {
            for (Path library : libraries) {
                text.append(library.getFileName())
                        .append(' ')
                        .append(Files.size(library))
                        .append(' ')
                        .append(Files.getLastModifiedTime(library).toMillis())
                        .append('\n');
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the program's own files cannot be read: " + e.getMessage());
        }
        return HexFormat.of().formatHex(digest(text.toString()), 0, NAME_BYTES);
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void copy(List<Path> libraries, Path home, Path lib) throws IOException {
        Files.createDirectories(home, owner("rwx------"));
        Path partial = Files.createTempDirectory(home, "lib", owner("rwx------"));
        for (Path library : libraries) {
            if (Files.isDirectory(library)) {
                throw new IOException(library + " is a directory of classes; run the program that was built");
            }
            Files.copy(library, partial.resolve(library.getFileName()));
        }
        try {
            Files.move(partial, lib, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another service of the same user was faster, or the move failed for good.
            delete(partial);
            if (!Files.isDirectory(lib)) {
                throw e;
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static FileAttribute<?> owner(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static String script(Path javaHome, Path lib) {
        List<String> words = new ArrayList<>();
        for (String word : JavaCommand.of(javaHome, ClientProcessCommandLine.LOW_JITTER, lib + "/*", List.of())) {
            words.add("'" + word.replace("'", "'\\''") + "'");
        }
        return "#!/bin/sh\n# Starts this version of the program on a node.\nexec " + String.join(" ", words)
                + " \"$@\"\n";
    }
}
