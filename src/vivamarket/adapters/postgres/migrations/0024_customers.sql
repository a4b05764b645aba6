-- Customers of the embedded identity provider: who they are, the codes they wait for, their sessions, what was
-- tried, and the keys their tokens are signed with. New tables only, so the previous release never notices.

CREATE TABLE customer (
    id            uuid PRIMARY KEY,
    email         text NOT NULL CONSTRAINT customer_email UNIQUE CHECK (email = lower(email)),
    name          text NOT NULL,
    locale        text NOT NULL,
    password_hash text NOT NULL,
    -- A session of another epoch has ended, wherever it is kept.
    epoch         integer NOT NULL DEFAULT 0,
    -- Sealed with the shop's own key.
    totp_secret   text,
    -- The newest time step whose code was used: none works twice (RFC 6238 §5.2).
    totp_step     bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL
);

-- Only the SHA-256 of a code is kept: who reads this table cannot use it.
CREATE TABLE identity_code (
    id            uuid PRIMARY KEY,
    purpose       text NOT NULL CHECK (purpose IN ('sign_up', 'reset', 'email')),
    email         text NOT NULL,
    digest        bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    expires_at    timestamptz NOT NULL,
    customer_id   uuid REFERENCES customer ON DELETE CASCADE,
    name          text NOT NULL,
    locale        text NOT NULL,
    password_hash text NOT NULL
);
CREATE INDEX identity_code_by_email ON identity_code (email);
CREATE INDEX identity_code_of_customer ON identity_code (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX identity_code_by_end ON identity_code (expires_at);

CREATE TABLE customer_session (
    id          uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    epoch       integer NOT NULL,
    generation  integer NOT NULL,
    created_at  timestamptz NOT NULL,
    rotated_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX customer_session_of_customer ON customer_session (customer_id);
CREATE INDEX customer_session_by_end ON customer_session (expires_at);

-- Keys are hashes of what was tried and by whom.
CREATE TABLE identity_attempt (
    attempt_id uuid NOT NULL,
    key        bytea NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, key)
);
CREATE INDEX identity_attempt_by_key ON identity_attempt (key, at);
CREATE INDEX identity_attempt_by_time ON identity_attempt (at);

CREATE TABLE signing_key (
    kid            text PRIMARY KEY,
    public         jsonb NOT NULL,
    sealed_private text NOT NULL,
    created_at     timestamptz NOT NULL
);
