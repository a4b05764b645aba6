-- Staff come by invitation, can be disabled, and may have to have a second factor.
ALTER TABLE staff
    ADD COLUMN disabled_at      timestamptz,
    ADD COLUMN must_have_factor boolean NOT NULL DEFAULT false,
    -- Until the mailed link is used nobody knows a password of the account.
    ADD COLUMN is_invited       boolean NOT NULL DEFAULT false;

-- Only the SHA-256 of a link's code is kept: who reads this table cannot use it.
CREATE TABLE staff_invitation (
    id         uuid PRIMARY KEY,
    staff_id   uuid NOT NULL UNIQUE REFERENCES staff ON DELETE CASCADE,
    digest     bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    expires_at timestamptz NOT NULL
);
CREATE INDEX staff_invitation_by_end ON staff_invitation (expires_at);
