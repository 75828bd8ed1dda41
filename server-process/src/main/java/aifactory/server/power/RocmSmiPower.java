package aifactory.server.power;

import aifactory.protocol.PowerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Power of AMD GPUs by {@code rocm-smi}. Of a module with two GPUs, such as MI250X, the first reports the power of both
 * and the second none.
 */
final class RocmSmiPower implements PowerSource {
    private static final List<String> COMMAND = List.of("rocm-smi", "--showpower", "--showuniqueid", "--json");
    private static final String UNIQUE_ID = "Unique ID";
    private static final String POWER = "Power (W)";

    private final ToolRunner tools;

    RocmSmiPower(ToolRunner tools) {
        this.tools = tools;
    }

    @Override
    public String name() {
        return "rocm-smi";
    }

    @Override
    public List<PowerReading> read() throws PowerUnavailableException, InterruptedException {
        return parse(tools.run(COMMAND));
    }

    /** @param output warnings, and an object with a member for each card */
    static List<PowerReading> parse(String output) throws PowerUnavailableException {
        JsonNode root = JsonOutput.parse("rocm-smi", output);
        List<PowerReading> readings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> card : root.properties()) {
            if (card.getKey().startsWith("card")) {
                String unique = card.getValue().path(UNIQUE_ID).asString("");
                readings.add(new PowerReading(
                        unique.startsWith("0x") ? unique : card.getKey(),
                        PowerReport.Kind.GPU,
                        "AMD GPU",
                        watts(card.getValue())));
            }
        }
        if (readings.isEmpty()) {
            throw new PowerUnavailableException("rocm-smi reported no GPU: " + PowerText.shown(output), false);
        }
        return readings;
    }

    /** "Average Graphics Package Power (W)" or "Current Socket Graphics Package Power (W)". */
    private static @Nullable Double watts(JsonNode card) {
        for (Map.Entry<String, JsonNode> member : card.properties()) {
            Double watts = member.getKey().endsWith(POWER) && !member.getKey().startsWith("Max")
                    ? JsonOutput.watts(member.getValue())
                    : null;
            if (watts != null) {
                return watts;
            }
        }
        return null;
    }
}
