-- Passkeys of customers and the questions that none has answered yet. New tables only, so the previous release
-- never notices.

CREATE TABLE passkey (
    id            uuid PRIMARY KEY,
    customer_id   uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    -- As the device names it; at most 1023 bytes (Web Authentication, level 3).
    credential_id bytea NOT NULL CONSTRAINT passkey_credential UNIQUE CHECK (length(credential_id) <= 1023),
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL,
    used_at       timestamptz
);
CREATE INDEX passkey_of_customer ON passkey (customer_id);

-- Only the SHA-256 of a question is kept: who reads this table can answer none.
CREATE TABLE passkey_challenge (
    digest      bytea PRIMARY KEY CHECK (length(digest) = 32),
    expires_at  timestamptz NOT NULL,
    customer_id uuid REFERENCES customer ON DELETE CASCADE,
    session_id  uuid
);
CREATE INDEX passkey_challenge_by_end ON passkey_challenge (expires_at);
CREATE INDEX passkey_challenge_of_customer ON passkey_challenge (customer_id) WHERE customer_id IS NOT NULL;
