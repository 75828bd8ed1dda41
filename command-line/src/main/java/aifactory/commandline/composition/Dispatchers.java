package aifactory.commandline.composition;

import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.version.BuildInformation;
import aifactory.service.BuildIdentity;
import aifactory.service.dispatch.GroupDispatcher;
import aifactory.service.dispatch.local.LocalDispatcher;
import java.nio.file.Path;

/** Makes the dispatcher that was asked for. */
public final class Dispatchers {
    private Dispatchers() {}

    /** A dispatcher that remembers what it needs to in the service's data directory. */
    public static GroupDispatcher of(DispatcherKind kind, ClientProcessCommandLine clients, Path dataDirectory) {
        return switch (kind) {
            case LOCAL -> LocalDispatcher.onThisMachine(clients, dataDirectory);
        };
    }

    /** This program, for the provenance of results. */
    static BuildIdentity build() {
        BuildInformation build = BuildInformation.ofThisProgram();
        return new BuildIdentity(build.version(), build.commit());
    }
}
