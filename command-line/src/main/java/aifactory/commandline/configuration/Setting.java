package aifactory.commandline.configuration;

import org.jspecify.annotations.Nullable;

/**
 * The value of a configuration key and where it came from.
 *
 * @param value null when nothing sets it and it has no built-in default
 * @param source for users: {@code environment AIFACTORY_PORT}, {@code file PATH}, {@code default}, {@code unset}
 * @param isGiven whether the environment or the file gives it
 */
public record Setting(ConfigurationKey key, @Nullable String value, String source, boolean isGiven) {}
