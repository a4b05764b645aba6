-- What bulk edits replaced, kept for as long as they can be undone.

CREATE TABLE bulk_edit (
    id         uuid PRIMARY KEY,
    staff_id   text COLLATE "C" NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    undone_at  timestamptz,
    -- The products as they were, one document each.
    befores    text[] NOT NULL,
    -- Which of them were written; null until the edit is done.
    written    uuid[]
);
CREATE INDEX bulk_edit_expires ON bulk_edit (expires_at);
