package aifactory.reporting.records;

import aifactory.reporting.RunFormat;

/** What stands before the values of a request record's line, in their order. */
final class RecordFields {
    static final byte[] INDEX = JsonText.constant("{\"schema\":\"" + RunFormat.REQUEST_SCHEMA + "\",\"index\":");
    static final byte[] CLIENT = name("client");
    static final byte[] TARGET = name("target");
    static final byte[] SESSION = name("session");
    static final byte[] TURN = name("turn");
    static final byte[] PHASE = name("phase");
    static final byte[] OUTCOME = name("outcome");
    static final byte[] SCHEDULED = name("scheduled_nanos");
    static final byte[] DUE_DELAYED = name("due_delayed_by_cap_nanos");
    static final byte[] STARTED = name("started_nanos");
    static final byte[] CONNECT = name("connect_nanos");
    static final byte[] SENT = name("sent_nanos");
    static final byte[] FIRST_CHUNK = name("first_chunk_nanos");
    static final byte[] FIRST_OUTPUT = name("first_output_nanos");
    static final byte[] DONE = name("done_nanos");
    static final byte[] INPUT_TOKENS = name("input_tokens");
    static final byte[] OUTPUT_TOKENS = name("output_tokens");
    static final byte[] TOKEN_SOURCE = name("token_source");
    static final byte[] CHUNKS = name("chunks");
    static final byte[] MAXIMUM_GAP = name("maximum_gap_nanos");
    static final byte[] HTTP_STATUS = name("http_status");
    static final byte[] ERROR = name("error");
    static final byte[] ERROR_DETAIL = name("error_detail");
    static final byte[] REQUESTED_OUTPUT_TOKENS = name("requested_output_tokens");
    static final byte[] CHUNKS_TOGETHER = name("chunks_together");
    static final byte[] FAILED = name("failed_nanos");
    static final byte[] RESPONSE = name("response");
    static final byte[] FINISH_REASON = JsonText.constant("{\"finish_reason\":");
    static final byte[] USAGE_OUTPUT_TOKENS = name("usage_output_tokens");
    static final byte[] COUNTED_OUTPUT_TOKENS = name("counted_output_tokens");
    static final byte[] COUNTED_BY = name("counted_by");
    static final byte[] FIRST_CHUNK_TOKENS = name("first_chunk_tokens");
    static final byte[] SKIPPED_EVENTS = name("skipped_events");
    static final byte[] REMARKS = name("remarks");
    static final byte[] RETRY_AFTER = name("retry_after_seconds");
    static final byte[] SERVED_BY = name("served_by");
    static final byte[] VALID_DOCUMENT = name("valid_document");
    static final byte[] TTFT_CLIENT_SHARE = name("ttft_client_share_nanos");
    static final byte[] E2EL_CLIENT_SHARE = name("e2el_client_share_nanos");
    static final byte[] END = JsonText.constant("}");

    private RecordFields() {}

    private static byte[] name(String name) {
        return JsonText.constant(",\"" + name + "\":");
    }
}
