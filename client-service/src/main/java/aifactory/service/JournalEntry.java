package aifactory.service;

import org.jspecify.annotations.Nullable;

/** One line of the journal: a transition or a critical operation. */
public record JournalEntry(
        long atMillis,
        String subject,
        @Nullable Long benchmarkId,
        @Nullable String runId,
        @Nullable Integer clientId,
        String event,
        @Nullable String cause,
        @Nullable String actor,
        @Nullable String origin) {}
