package aifactory.client.gpu;

import aifactory.protocol.GpuMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code nvidia-smi --query-gpu --format=csv,noheader,nounits} prints: a line a GPU, fields separated by a
 * comma and a blank.
 */
final class NvidiaSmiOutput {
    static final String FIELDS = "index,name,utilization.gpu,memory.used,memory.total,power.draw";

    private static final int FIELD_COUNT = 6;
    private static final int SHOWN_CHARACTERS = 200;

    private NvidiaSmiOutput() {}

    /** @param exitCode 0 when it succeeded; its output is a message otherwise */
    static List<GpuReading> parse(String output, int exitCode) throws GpuUnavailableException {
        if (output.contains("No devices were found")) {
            // Newer drivers return a special exit code with this message.
            throw new GpuUnavailableException(
                    "nvidia-smi finds no GPU on this node, or none that the job may use", true);
        }
        if (exitCode != 0) {
            throw new GpuUnavailableException(
                    "nvidia-smi ended with exit code " + exitCode + ": " + shown(output), false);
        }
        List<GpuReading> readings = new ArrayList<>();
        for (String line : output.lines().toList()) {
            String[] fields = line.split(",", -1);
            if (fields.length == FIELD_COUNT && readings.size() < GpuMessage.MAXIMUM_GPUS) {
                readings.add(reading(fields, line));
            }
        }
        if (readings.isEmpty()) {
            throw new GpuUnavailableException("nvidia-smi reported no GPU: " + shown(output), false);
        }
        return readings;
    }

    private static GpuReading reading(String[] fields, String line) throws GpuUnavailableException {
        Double index = number(fields[0]);
        Double memoryTotal = number(fields[4]);
        if (index == null) {
            throw new GpuUnavailableException("cannot parse the output of nvidia-smi: " + shown(line), false);
        }
        return new GpuReading(
                index.intValue(),
                fields[1].strip(),
                orZero(number(fields[2])),
                orZero(number(fields[3])),
                orZero(memoryTotal),
                number(fields[5]));
    }

    /**
     * Null for {@code [N/A]}, {@code [Not Supported]} and similar values, reported for example by the parts of a
     * divided GPU.
     */
    private static @Nullable Double number(String text) {
        try {
            double value = Double.parseDouble(text.strip());
            return Double.isFinite(value) && value >= 0 ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
