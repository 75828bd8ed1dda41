package aifactory.engine.watchdog;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The operating system's figures from the virtual machine and from {@code /proc}. What cannot be read is 0.
 * Thread-safe.
 */
final class LinuxProbe implements ProcessProbe {
    private static final int PAGE_BYTES = 4096;
    private static final Pattern TIME_WAIT = Pattern.compile("(?m)^TCP: .*\\btw (\\d+)");
    private static final Pattern PORT_RANGE = Pattern.compile("(\\d+)\\s+(\\d+)");

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final Path processFiles;

    /**
     * @param processFiles {@code /proc}
     */
    LinuxProbe(Path processFiles) {
        this.processFiles = processFiles;
    }

    @Override
    public long cpuNanos() {
        return system.getProcessCpuTime();
    }

    /**
     * From Linux 6.2 on the size of the directory is their number; to list it takes milliseconds when there are many.
     */
    @Override
    public long openFiles() {
        try {
            long size = Files.size(processFiles.resolve("self/fd"));
            if (size > 0) {
                return size;
            }
        } catch (IOException e) {
            // Then the virtual machine counts them.
        }
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : 0;
    }

    @Override
    public long openFilesLimit() {
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : 0;
    }

    @Override
    public long residentBytes() {
        String[] pages = read("self/statm").split(" ");
        try {
            return pages.length > 1 ? Long.parseLong(pages[1]) * PAGE_BYTES : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public long closingConnections() {
        Matcher found = TIME_WAIT.matcher(read("self/net/sockstat"));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Override
    public long localPorts() {
        Matcher range = PORT_RANGE.matcher(read("sys/net/ipv4/ip_local_port_range"));
        return range.find() ? Long.parseLong(range.group(2)) - Long.parseLong(range.group(1)) + 1 : 0;
    }

    private String read(String name) {
        try {
            // By lines, through a buffer: files below /proc/sys give everything to the first read, however short, and
            // no more.
            return String.join("\n", Files.readAllLines(processFiles.resolve(name)));
        } catch (IOException e) {
            return "";
        }
    }
}
