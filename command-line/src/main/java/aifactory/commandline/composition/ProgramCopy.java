package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import aifactory.service.ServiceStartException;
import aifactory.service.access.OwnDirectory;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * This program in a directory that the nodes see: what runs on the login node is what runs in the job, and a later
 * build does not pull it from under a job's feet.
 */
final class ProgramCopy {
    private static final int NAME_BYTES = 8;
    private static final int PART_BYTES = 1 << 16;

    private ProgramCopy() {}

    /**
     * Makes the copy, unless the very same is there, and a script that starts it.
     *
     * @param directory that the nodes see; every version has a separate directory in it
     * @param javaHome of the Java on the nodes
     * @param javaHomes of the Java on nodes of other architectures, by what {@code uname -m} prints there
     * @return the script
     */
    static Path in(Path directory, Path javaHome, Map<String, Path> javaHomes) {
        return of(libraries(), directory, javaHome, javaHomes);
    }

    /** @param libraries the files that the program consists of */
    static Path of(List<Path> libraries, Path directory, Path javaHome, Map<String, Path> javaHomes) {
        Map<String, String> digests = digests(libraries);
        Path home = directory.resolve(nameOf(digests));
        try {
            OwnDirectory.make(home);
            Path lib = home.resolve("lib");
            if (!isCopy(lib, digests)) {
                copy(libraries, home, lib);
            }
            String text = script(javaHome, javaHomes, lib);
            String ofJava = javaHome + (javaHomes.isEmpty() ? "" : new TreeMap<>(javaHomes).toString());
            Path script = home.resolve(
                    "aifactory-" + HexFormat.of().formatHex(digest(ofJava.getBytes(StandardCharsets.UTF_8)), 0, 4));
            if (!OwnDirectory.isOwnFile(script)
                    || !Files.isExecutable(script)
                    || !Files.readString(script).equals(text)) {
                Path partial = Files.createTempFile(home, "script", ".partial", owner("rwx------"));
                Files.writeString(partial, text);
                Files.move(partial, script, StandardCopyOption.ATOMIC_MOVE);
            }
            return script;
        } catch (ServiceStartException e) {
            throw CommandFailure.wrongInput("the program cannot be copied for the nodes: " + e.getMessage()
                    + "; --shared-dir names another directory, and slurm.program one where the nodes find it");
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

    /** By file name: the program on the nodes is identified by its content. */
    private static Map<String, String> digests(List<Path> libraries) {
        Map<String, String> digests = new TreeMap<>();
        try {
            for (Path library : libraries) {
                if (Files.isDirectory(library)) {
                    throw new IOException(library + " is a directory of classes; run the program that was built");
                }
                digests.put(library.getFileName().toString(), digest(library));
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the program's own files cannot be read: " + e.getMessage());
        }
        return digests;
    }

    private static String nameOf(Map<String, String> digests) {
        StringBuilder text = new StringBuilder();
        digests.forEach(
                (name, digest) -> text.append(name).append(' ').append(digest).append('\n'));
        return HexFormat.of().formatHex(digest(text.toString().getBytes(StandardCharsets.UTF_8)), 0, NAME_BYTES);
    }

    private static String digest(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            MessageDigest digest = sha256();
            byte[] part = new byte[PART_BYTES];
            for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
                digest.update(part, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static byte[] digest(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether the directory contains exactly those files: Java would load any other file in it too. */
    private static boolean isCopy(Path lib, Map<String, String> digests) throws IOException {
        if (!Files.isDirectory(lib, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(lib)) {
            for (Path file : files.toList()) {
                if (!OwnDirectory.isOwnFile(file)) {
                    return false;
                }
                found.put(file.getFileName().toString(), digest(file));
            }
        }
        return found.equals(digests);
    }

    private static void copy(List<Path> libraries, Path home, Path lib) throws IOException {
        Path partial = Files.createTempDirectory(home, "lib", owner("rwx------"));
        for (Path library : libraries) {
            Files.copy(library, partial.resolve(library.getFileName()));
        }
        Path replaced = Files.createTempDirectory(home, "replaced", owner("rwx------"));
        try {
            if (Files.exists(lib, LinkOption.NOFOLLOW_LINKS)) {
                // A job that runs has these files open; what is damaged or strange among them is not started again.
                Files.move(lib, replaced.resolve("lib"));
            }
            Files.move(partial, lib, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Another service of the same user was faster, or the move failed for good.
            delete(partial);
            if (!isCopy(lib, digests(libraries))) {
                throw e;
            }
        }
        delete(replaced);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static FileAttribute<?> owner(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** The libraries run on every architecture; Java does not. */
    private static String script(Path javaHome, Map<String, Path> javaHomes, Path lib) {
        StringBuilder text = new StringBuilder("#!/bin/sh\n# Starts this version of the program on a node.\n");
        if (!javaHomes.isEmpty()) {
            text.append("case $(uname -m) in\n");
            new TreeMap<>(javaHomes)
                    .forEach((architecture, home) -> text.append("  ")
                            .append(architecture)
                            .append(") ")
                            .append(start(home, lib))
                            .append(" ;;\n"));
            text.append("esac\n");
        }
        return text.append(start(javaHome, lib)).append('\n').toString();
    }

    private static String start(Path javaHome, Path lib) {
        List<String> words = new ArrayList<>();
        for (String word : JavaCommand.of(javaHome, JvmOptions.CLIENT, lib + "/*", List.of())) {
            words.add("'" + word.replace("'", "'\\''") + "'");
        }
        return "exec " + String.join(" ", words) + " \"$@\"";
    }
}
