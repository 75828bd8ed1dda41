package aifactory.client.control;

import java.util.LinkedHashMap;
import java.util.Map;

/** Builds metrics in Prometheus' text format 0.0.4. Not thread-safe. */
final class PrometheusText {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> commonLabels;

    PrometheusText(Map<String, String> commonLabels) {
        this.commonLabels = new LinkedHashMap<>(commonLabels);
    }

    PrometheusText counter(String name, String help, Number value) {
        return family(name, "counter", help).sample(name, Map.of(), value);
    }

    PrometheusText gauge(String name, String help, Number value) {
        return family(name, "gauge", help).sample(name, Map.of(), value);
    }

    /** Opens a family of samples; they follow by {@link #sample}. */
    PrometheusText family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    PrometheusText sample(String name, Map<String, String> labels, Number value) {
        Map<String, String> all = new LinkedHashMap<>(commonLabels);
        all.putAll(labels);
        text.append(name);
        String separator = "{";
        for (Map.Entry<String, String> label : all.entrySet()) {
            text.append(separator)
                    .append(label.getKey())
                    .append("=\"")
                    .append(escaped(label.getValue()))
                    .append('"');
            separator = ",";
        }
        text.append(all.isEmpty() ? " " : "} ").append(value).append('\n');
        return this;
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
