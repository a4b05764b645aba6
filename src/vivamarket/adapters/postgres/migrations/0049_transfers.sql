-- Imports and exports that staff asked for, and what became of every line.

CREATE TABLE transfer (
    id              uuid PRIMARY KEY,
    state           text NOT NULL
        CHECK (state IN ('waiting', 'running', 'checked', 'done', 'failed', 'canceled')),
    asked_at        timestamptz NOT NULL,
    has_file        boolean NOT NULL,
    -- Staff ask for it while the worker writes the document.
    is_cancel_asked boolean NOT NULL,
    leased_until    timestamptz,
    lease           text COLLATE "C",
    -- Everything else about it.
    document        jsonb NOT NULL
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX transfer_one_runs ON transfer ((true)) WHERE state = 'running';
CREATE INDEX transfer_waiting ON transfer (asked_at, id) WHERE state = 'waiting';
CREATE INDEX transfer_newest ON transfer (asked_at DESC, id DESC);
CREATE INDEX transfer_old_files ON transfer (asked_at) WHERE has_file;

CREATE TABLE transfer_line (
    transfer_id uuid NOT NULL REFERENCES transfer ON DELETE CASCADE,
    step        text NOT NULL,
    row_number  integer NOT NULL,
    handle      text NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('created', 'changed', 'unchanged', 'refused')),
    column_name text NOT NULL,
    code        text NOT NULL,
    reason      text NOT NULL,
    changed     text[] NOT NULL,
    PRIMARY KEY (transfer_id, step, row_number)
);
CREATE INDEX transfer_line_by_outcome ON transfer_line (transfer_id, step, outcome, row_number);
