package aifactory.server.power;

import aifactory.protocol.PowerReport;
import org.jspecify.annotations.Nullable;

/**
 * The power of one device at one moment.
 *
 * @param id unique on the node
 * @param watts null if the device does not report it
 */
record PowerReading(
        String id,
        PowerReport.Kind kind,
        String name,
        @Nullable Double watts) {}
