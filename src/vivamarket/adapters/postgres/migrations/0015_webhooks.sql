-- What merchants' own systems are told: endpoints, one delivery per endpoint and event, the log of attempts.

CREATE TABLE webhook_endpoint (
    id               uuid PRIMARY KEY,
    url              text NOT NULL,
    description      text NOT NULL,
    event_types      text[] NOT NULL CHECK (cardinality(event_types) > 0),
    status           text NOT NULL CHECK (status IN ('enabled', 'failing', 'disabled')),
    status_reason    text NOT NULL,
    -- Signatures are symmetric, so the shop must know the secret itself.
    secret           text NOT NULL,
    old_secret       text,
    old_secret_until timestamptz,
    request_key      text COLLATE "C" NOT NULL UNIQUE,
    rotation_key     text COLLATE "C",
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);

CREATE TABLE webhook_delivery (
    id          uuid PRIMARY KEY,
    endpoint_id uuid NOT NULL REFERENCES webhook_endpoint ON DELETE CASCADE,
    event_id    text COLLATE "C" NOT NULL,
    event_type  text NOT NULL,
    body        bytea NOT NULL,
    status      text NOT NULL CHECK (status IN ('pending', 'succeeded', 'dead')),
    attempts    integer NOT NULL,
    tries       integer NOT NULL,
    due_at      timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT webhook_delivery_once UNIQUE (endpoint_id, event_id)
) WITH (fillfactor = 80);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at, id) WHERE status = 'pending';
CREATE INDEX webhook_delivery_of_endpoint ON webhook_delivery (endpoint_id, id DESC);
CREATE INDEX webhook_delivery_by_status ON webhook_delivery (status, id DESC);
CREATE INDEX webhook_delivery_by_age ON webhook_delivery (created_at);

CREATE TABLE webhook_attempt (
    delivery_id  uuid NOT NULL REFERENCES webhook_delivery ON DELETE CASCADE,
    number       integer NOT NULL,
    at           timestamptz NOT NULL,
    milliseconds integer NOT NULL,
    status_code  integer,
    error        text NOT NULL,
    answer       text NOT NULL,
    PRIMARY KEY (delivery_id, number)
);
