-- Staff accounts, their sessions, and attempts to sign in.

CREATE TABLE staff (
    id            uuid PRIMARY KEY,
    email         text NOT NULL UNIQUE CHECK (email = lower(email)),
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('owner', 'staff')),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL
);

-- Only the SHA-256 of a session's token is kept: who reads this table cannot sign in with it.
CREATE TABLE staff_sessions (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    staff_id   uuid NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_by_end ON staff_sessions (expires_at);

-- One row per attempt and key (`account:<email>`, `address:<ip>`).
CREATE TABLE staff_sign_in_attempts (
    attempt_id uuid NOT NULL,
    key        text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (attempt_id, key)
);
CREATE INDEX staff_sign_in_attempts_by_key ON staff_sign_in_attempts (key, at);
CREATE INDEX staff_sign_in_attempts_by_time ON staff_sign_in_attempts (at);
