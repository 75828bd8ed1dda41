package aifactory.commandline.verb;

import picocli.CommandLine.Option;

/** The common parts of all commands. */
abstract class Verb {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this help and exit")
    boolean helpRequested; // read by picocli
}
