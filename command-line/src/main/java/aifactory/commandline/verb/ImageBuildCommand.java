package aifactory.commandline.verb;

import aifactory.commandline.image.BuiltImage;
import aifactory.commandline.image.ImageBuild;
import aifactory.commandline.image.ImageOrder;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory image build}. */
@Command(
        name = "build",
        description = {
            "Build an Apptainer image of this program from its tarball, as an ordinary user and without internet.",
            "Prints the entry for the service's configuration, including the checksum of the image."
        })
public final class ImageBuildCommand extends Verb implements Callable<Integer> {
    @Option(
            names = "--tarball",
            paramLabel = "FILE",
            description =
                    "tarball made by packaging/build; default: aifactory-VERSION-linux-x86_64.tar.gz in this directory")
    private @Nullable String tarball;

    @Option(names = "--output", paramLabel = "FILE", description = "image to write; default: aifactory-VERSION.sif")
    private @Nullable String output;

    @Option(names = "--replace", description = "replace an existing image")
    private boolean replace;

    @Option(names = "--apptainer", paramLabel = "PROGRAM", description = "Apptainer program; default: apptainer")
    private String apptainer = "apptainer";

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;

    public ImageBuildCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String name = "aifactory-" + BuildInformation.ofThisProgram().version();
        BuiltImage built = new ImageBuild(
                        session,
                        new ImageOrder(
                                session.resolve(tarball == null ? name + "-linux-x86_64.tar.gz" : tarball),
                                session.resolve(output == null ? name + ".sif" : output),
                                replace,
                                apptainer))
                .run();
        if (format.isJson()) {
            OutputFormat.printJson(session, built);
            return 0;
        }
        session.out().println("# " + built.image() + ", " + (built.bytes() >> 20) + " MiB");
        session.out().println("slurm:");
        session.out().println("  containers:");
        session.out().println("    default: {image: " + built.image() + ", sha256: " + built.sha256() + "}");
        return 0;
    }
}
