-- Requests for what the shop knows about a person, and for its end: ids and times, so that they outlive it.
-- A code may also prove who asks for a step that cannot be undone. Both are safe while the previous release
-- runs: it writes no such code and never reads this table.

CREATE TABLE privacy_request (
    id          uuid PRIMARY KEY,
    kind        text COLLATE "C" NOT NULL CHECK (kind IN ('export', 'erasure')),
    customer_id uuid NOT NULL,
    asked_by    uuid,
    asked_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    state       text COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'done', 'canceled', 'expired')),
    finished_at timestamptz
);
CREATE UNIQUE INDEX privacy_request_waiting ON privacy_request (customer_id, kind) WHERE state = 'waiting';
CREATE INDEX privacy_request_of_customer ON privacy_request (customer_id, id DESC);
CREATE INDEX privacy_request_due ON privacy_request (due_at) WHERE state IN ('waiting', 'done');

ALTER TABLE identity_code DROP CONSTRAINT identity_code_purpose_check;
ALTER TABLE identity_code ADD CONSTRAINT identity_code_purpose_check
    CHECK (purpose IN ('sign_up', 'reset', 'email', 'proof'));
