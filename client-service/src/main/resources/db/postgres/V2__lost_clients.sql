-- A client that was given up stays so over a restart, until it is heard of again.
ALTER TABLE client ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
