package aifactory.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to the creation of a group.
 *
 * @param notes what differs from the request, and what that costs; null, and then not written, for nothing
 */
public record GroupCreated(
        String status,
        long benchmarkId,
        int numClients,
        @Nullable String jobId,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> notes) {}
