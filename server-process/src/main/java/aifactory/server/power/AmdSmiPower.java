package aifactory.server.power;

import aifactory.protocol.PowerReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Power of AMD GPUs by {@code amd-smi}, with the names and the forms of ROCm 5.7 to 7. */
final class AmdSmiPower implements PowerSource {
    private static final List<String> COMMAND = List.of("amd-smi", "metric", "--power", "--json");
    private static final List<String> NAMES = List.of("socket_power", "current_socket_power", "average_socket_power");

    private final ToolRunner tools;

    AmdSmiPower(ToolRunner tools) {
        this.tools = tools;
    }

    @Override
    public String name() {
        return "amd-smi";
    }

    @Override
    public List<PowerReading> read() throws PowerUnavailableException, InterruptedException {
        return parse(tools.run(COMMAND));
    }

    /** @param output a list of GPUs, or an object with the list {@code gpu_data} */
    static List<PowerReading> parse(String output) throws PowerUnavailableException {
        JsonNode root = JsonOutput.parse("amd-smi", output);
        JsonNode gpus = root.isObject() ? root.path("gpu_data") : root;
        List<PowerReading> readings = new ArrayList<>();
        for (JsonNode gpu : gpus) {
            if (gpu.path("gpu").isIntegralNumber()) {
                String id = "gpu " + gpu.path("gpu").asInt();
                readings.add(new PowerReading(id, PowerReport.Kind.GPU, "AMD GPU", watts(gpu.path("power"))));
            }
        }
        if (readings.isEmpty()) {
            throw new PowerUnavailableException("amd-smi reported no GPU: " + PowerText.shown(output), false);
        }
        return readings;
    }

    private static @Nullable Double watts(JsonNode power) {
        for (String name : NAMES) {
            JsonNode value = power.path(name);
            Double watts = JsonOutput.watts(value.isObject() ? value.path("value") : value);
            if (watts != null) {
                return watts;
            }
        }
        return null;
    }
}
