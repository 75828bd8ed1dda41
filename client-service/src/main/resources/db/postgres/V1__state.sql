-- Times are milliseconds since 1970 unless their name says otherwise. JSON holds what is never searched for.

CREATE TABLE client_group (
    group_key    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    benchmark_id BIGINT NOT NULL,
    token        TEXT    NOT NULL UNIQUE,
    state        TEXT    NOT NULL,
    definition   TEXT    NOT NULL,
    job          TEXT    NOT NULL,
    created_at   BIGINT NOT NULL,
    archived     BIGINT NOT NULL DEFAULT 0
);

-- An id can be used again once its group was deleted.
CREATE UNIQUE INDEX client_group_by_id ON client_group (benchmark_id) WHERE archived = 0;

CREATE TABLE client (
    group_key    BIGINT NOT NULL REFERENCES client_group (group_key),
    client_id    BIGINT NOT NULL,
    registration TEXT    NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (group_key, client_id)
);

CREATE TABLE command (
    group_key BIGINT NOT NULL REFERENCES client_group (group_key),
    client_id BIGINT NOT NULL,
    sequence  BIGINT NOT NULL,
    command   TEXT    NOT NULL,
    PRIMARY KEY (group_key, client_id, sequence)
);

CREATE TABLE run (
    run_id       TEXT    PRIMARY KEY,
    number       BIGINT NOT NULL UNIQUE,
    group_key    BIGINT NOT NULL REFERENCES client_group (group_key),
    benchmark_id BIGINT NOT NULL,
    state        TEXT    NOT NULL,
    plan         TEXT    NOT NULL,
    progress     TEXT    NOT NULL,
    created_at   BIGINT NOT NULL,
    result       BYTEA
);

CREATE INDEX run_by_group ON run (group_key);
CREATE INDEX run_by_benchmark ON run (benchmark_id, number);

CREATE TABLE run_part (
    run_id    TEXT    NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
    client_id BIGINT NOT NULL,
    part      TEXT    NOT NULL,
    PRIMARY KEY (run_id, client_id)
);

CREATE TABLE batch (
    run_id    TEXT    NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
    client_id BIGINT NOT NULL,
    sequence  BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    body      BYTEA    NOT NULL
);

CREATE UNIQUE INDEX batch_by_number ON batch (run_id, client_id, sequence);

-- Every transition and every critical operation. Rows are never changed.
CREATE TABLE journal (
    entry        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           BIGINT NOT NULL,
    subject      TEXT    NOT NULL,
    benchmark_id BIGINT,
    run_id       TEXT,
    client_id    BIGINT,
    event        TEXT    NOT NULL,
    cause        TEXT,
    actor        TEXT,
    origin       TEXT
);

CREATE INDEX journal_by_benchmark ON journal (benchmark_id, entry);
CREATE INDEX journal_by_run ON journal (run_id, entry);

CREATE FUNCTION journal_is_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append only';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
