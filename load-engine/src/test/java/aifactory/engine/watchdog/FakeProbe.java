package aifactory.engine.watchdog;

/** An operating system whose reports a test sets. */
final class FakeProbe implements ProcessProbe {
    long cpuNanos;
    long openFiles = 10;
    long openFilesLimit = 1000;
    long closingConnections;
    long localPorts = 1000;

    @Override
    public long cpuNanos() {
        return cpuNanos;
    }

    @Override
    public long openFiles() {
        return openFiles;
    }

    @Override
    public long openFilesLimit() {
        return openFilesLimit;
    }

    @Override
    public long residentBytes() {
        return 1 << 20;
    }

    @Override
    public long closingConnections() {
        return closingConnections;
    }

    @Override
    public long localPorts() {
        return localPorts;
    }
}
