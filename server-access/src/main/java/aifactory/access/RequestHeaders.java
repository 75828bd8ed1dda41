package aifactory.access;

import aifactory.workload.WorkloadSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers that a workload asks for, the server's key among them. Stateless. */
public final class RequestHeaders {
    private static final int LONGEST_KEY = 16_384;

    private RequestHeaders() {}

    /**
     * By name; where there is a key file, with the authorization in place of any that the workload names itself.
     *
     * @throws IllegalArgumentException when the key cannot be read; the message does not have it
     */
    public static Map<String, String> of(WorkloadSpecification specification) {
        Map<String, String> headers = new LinkedHashMap<>(specification.headers());
        String file = specification.apiKeyFile();
        if (file != null) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase("authorization"));
            headers.put("authorization", "Bearer " + key(Path.of(file)));
        }
        return headers;
    }

    private static String key(Path file) {
        try {
            if (Files.size(file) > LONGEST_KEY) {
                throw new IllegalArgumentException("api_key_file " + file + " is longer than " + LONGEST_KEY
                        + " bytes: it has to hold the key and nothing else");
            }
            String key = Files.readString(file).strip();
            if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        "api_key_file " + file + " does not hold one key: it has to be one line without blanks");
            }
            return key;
        } catch (IOException e) {
            throw new IllegalArgumentException("api_key_file " + file + " cannot be read on this node ("
                    + e.getClass().getSimpleName() + "); check the path and who may read it");
        }
    }
}
