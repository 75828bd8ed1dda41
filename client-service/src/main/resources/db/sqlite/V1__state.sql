-- Times are milliseconds since 1970 unless their name says otherwise. JSON holds what is never searched for.

CREATE TABLE client_group (
    group_key    INTEGER PRIMARY KEY AUTOINCREMENT,
    benchmark_id INTEGER NOT NULL,
    token        TEXT    NOT NULL UNIQUE,
    state        TEXT    NOT NULL,
    definition   TEXT    NOT NULL,
    job          TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    archived     INTEGER NOT NULL DEFAULT 0
);

-- An id can be used again once its group was deleted.
CREATE UNIQUE INDEX client_group_by_id ON client_group (benchmark_id) WHERE archived = 0;

CREATE TABLE client (
    group_key    INTEGER NOT NULL REFERENCES client_group (group_key),
    client_id    INTEGER NOT NULL,
    registration TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (group_key, client_id)
) WITHOUT ROWID;

CREATE TABLE command (
    group_key INTEGER NOT NULL REFERENCES client_group (group_key),
    client_id INTEGER NOT NULL,
    sequence  INTEGER NOT NULL,
    command   TEXT    NOT NULL,
    PRIMARY KEY (group_key, client_id, sequence)
) WITHOUT ROWID;

CREATE TABLE run (
    run_id       TEXT    PRIMARY KEY,
    number       INTEGER NOT NULL UNIQUE,
    group_key    INTEGER NOT NULL REFERENCES client_group (group_key),
    benchmark_id INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    plan         TEXT    NOT NULL,
    progress     TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    result       BLOB
);

CREATE INDEX run_by_group ON run (group_key);
CREATE INDEX run_by_benchmark ON run (benchmark_id, number);

CREATE TABLE run_part (
    run_id    TEXT    NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
    client_id INTEGER NOT NULL,
    part      TEXT    NOT NULL,
    PRIMARY KEY (run_id, client_id)
) WITHOUT ROWID;

CREATE TABLE batch (
    run_id    TEXT    NOT NULL REFERENCES run (run_id) ON DELETE CASCADE,
    client_id INTEGER NOT NULL,
    sequence  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    body      BLOB    NOT NULL
);

CREATE UNIQUE INDEX batch_by_number ON batch (run_id, client_id, sequence);

-- Every transition and every critical operation. Rows are never changed.
CREATE TABLE journal (
    entry        INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    subject      TEXT    NOT NULL,
    benchmark_id INTEGER,
    run_id       TEXT,
    client_id    INTEGER,
    event        TEXT    NOT NULL,
    cause        TEXT,
    actor        TEXT,
    origin       TEXT
);

CREATE INDEX journal_by_benchmark ON journal (benchmark_id, entry);
CREATE INDEX journal_by_run ON journal (run_id, entry);

CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append only');
END;

CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is append only');
END;
