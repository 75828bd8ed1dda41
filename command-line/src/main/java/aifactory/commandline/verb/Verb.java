package aifactory.commandline.verb;

import picocli.CommandLine.Option;

/** What every verb has. */
abstract class Verb {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this help and exit")
    boolean helpRequested; // read by picocli
}
