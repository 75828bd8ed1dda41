package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a server process is to do; answer to its {@link ServerReport}.
 *
 * @param generation rises with every change of the specification: a server of another generation is restarted
 * @param specification null when the process is to end
 * @param headAddress the address of the replica's first node; null as long as it is not known, or where a replica has
 *      one node
 */
public record ServerOrder(
        int generation,
        @Nullable ServerSpecification specification,
        @Nullable String headAddress) {}
