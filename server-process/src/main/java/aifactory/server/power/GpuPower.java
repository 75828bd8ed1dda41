package aifactory.server.power;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The first of several tools that reads GPUs on this node; tools that the node does not have are not run again. */
final class GpuPower implements PowerSource {
    private final List<PowerSource> candidates;
    private String name;

    GpuPower(List<PowerSource> tools) {
        candidates = new ArrayList<>(tools);
        name = tools.stream().map(PowerSource::name).collect(Collectors.joining(", "));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<PowerReading> read() throws PowerUnavailableException, InterruptedException {
        PowerUnavailableException failure = null;
        for (PowerSource tool : List.copyOf(candidates)) {
            try {
                List<PowerReading> readings = tool.read();
                name = tool.name();
                candidates.retainAll(List.of(tool));
                return readings;
            } catch (PowerUnavailableException e) {
                if (e.isLasting()) {
                    candidates.remove(tool);
                } else if (failure == null) {
                    failure = e;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        throw new PowerUnavailableException("no GPU of this node reports its power (" + name + ")", true);
    }
}
