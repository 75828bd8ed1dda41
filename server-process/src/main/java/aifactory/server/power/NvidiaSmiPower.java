package aifactory.server.power;

import aifactory.protocol.PowerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Power of NVIDIA GPUs by {@code nvidia-smi}. In a Slurm job it shows the GPUs of the job where devices are confined. */
final class NvidiaSmiPower implements PowerSource {
    private static final List<String> COMMAND =
            List.of("nvidia-smi", "--query-gpu=uuid,name,power.draw", "--format=csv,noheader,nounits");
    private static final int FIELDS = 3;

    private final ToolRunner tools;

    NvidiaSmiPower(ToolRunner tools) {
        this.tools = tools;
    }

    @Override
    public String name() {
        return "nvidia-smi";
    }

    @Override
    public List<PowerReading> read() throws PowerUnavailableException, InterruptedException {
        return parse(tools.run(COMMAND));
    }

    /** @param output one line per GPU, fields separated by a comma and a blank */
    static List<PowerReading> parse(String output) throws PowerUnavailableException {
        if (output.toLowerCase(Locale.ROOT).contains("no devices were found")) {
            throw new PowerUnavailableException("nvidia-smi finds no GPU on this node", true);
        }
        List<PowerReading> readings = new ArrayList<>();
        for (String line : output.lines().toList()) {
            // Not at a comma alone: that may be a decimal comma.
            String[] fields = line.split(", ", FIELDS);
            if (fields.length == FIELDS && fields[0].startsWith("GPU-")) {
                readings.add(new PowerReading(
                        fields[0].strip(), PowerReport.Kind.GPU, fields[1].strip(), PowerText.watts(fields[2])));
            }
        }
        if (readings.isEmpty()) {
            throw new PowerUnavailableException("nvidia-smi reported no GPU: " + PowerText.shown(output), false);
        }
        return readings;
    }
}
