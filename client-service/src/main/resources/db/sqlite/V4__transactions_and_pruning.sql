-- How many transactions the writer has committed: after a commit whose answer was lost, this says whether it took place.
CREATE TABLE written_transactions (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    number INTEGER NOT NULL
);

INSERT INTO written_transactions (id, number) VALUES (1, 0);

-- Lines of the journal below that entry are past their retention and may be deleted; all others can be neither changed nor deleted.
CREATE TABLE journal_pruning (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    before_entry INTEGER NOT NULL
);

INSERT INTO journal_pruning (id, before_entry) VALUES (1, 0);

DROP TRIGGER journal_is_append_only_delete;

CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
WHEN OLD.entry >= (SELECT before_entry FROM journal_pruning)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append only');
END;
