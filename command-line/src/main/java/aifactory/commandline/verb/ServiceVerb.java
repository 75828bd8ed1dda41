package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceAccess;
import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that talks to a Client Service. */
abstract class ServiceVerb extends Verb implements Callable<Integer> {
    @Mixin
    ServiceOptions serviceOptions = new ServiceOptions();

    @Mixin
    OutputFormat format = new OutputFormat();

    final Session session;
    final Configuration configuration;

    ServiceVerb(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public final Integer call() {
        check();
        try (ServiceClient service = ServiceAccess.of(session, configuration).connect(serviceOptions)) {
            return call(service);
        }
    }

    /** Rejects what is invalid regardless of the service's state. */
    void check() {}

    /** Executes the command and returns the exit code. */
    abstract int call(ServiceClient service);
}
