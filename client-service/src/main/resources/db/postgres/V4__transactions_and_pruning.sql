-- How many transactions the writer has committed: after a commit whose answer was lost, this says whether it took place.
CREATE TABLE written_transactions (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL
);

INSERT INTO written_transactions (id, number) VALUES (1, 0);

-- Lines of the journal below that entry are past their retention and may be deleted; all others can be neither changed nor deleted.
CREATE TABLE journal_pruning (
    id           BIGINT PRIMARY KEY CHECK (id = 1),
    before_entry BIGINT NOT NULL
);

INSERT INTO journal_pruning (id, before_entry) VALUES (1, 0);

CREATE OR REPLACE FUNCTION journal_is_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.entry < (SELECT before_entry FROM journal_pruning) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the journal is append only';
END;
$$ LANGUAGE plpgsql;
