-- 0 as long as whoever asked for the run was not told that it takes place: such a run is not taken up at the next start.
ALTER TABLE run ADD COLUMN acknowledged INTEGER NOT NULL DEFAULT 1;
