-- Those who want to be told how a group fares; -1 stands for every group.
CREATE TABLE observer (
    benchmark_id     BIGINT NOT NULL,
    address          TEXT    NOT NULL,
    frequency_millis BIGINT NOT NULL,
    PRIMARY KEY (benchmark_id, address)
);

CREATE INDEX journal_by_time ON journal (at);
