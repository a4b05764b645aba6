-- Messages out (outbox), messages in (inbox), and the answers kept by idempotency key.

CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL,
    key         text NOT NULL,
    payload     jsonb NOT NULL,
    -- An import changes the stock of 100,000 SKUs at once; mails must not wait behind that.
    lane        text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN kind LIKE 'stock.%' THEN 'stock' ELSE 'ordinary' END
    ) STORED,
    occurred_at timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    attempts    integer NOT NULL DEFAULT 0,
    error       text,
    -- Set when its handler failed as often as it may; it then waits for a person.
    died_at     timestamptz
) WITH (fillfactor = 80);
CREATE INDEX outbox_due ON outbox (lane, due_at, id) WHERE died_at IS NULL;

CREATE TABLE inbox (
    event_id     text COLLATE "C" PRIMARY KEY,
    kind         text NOT NULL,
    payment_id   uuid,
    provider_ref text,
    body         bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    received_at  timestamptz NOT NULL,
    -- Null once it is done or dead.
    due_at       timestamptz,
    attempts     integer NOT NULL DEFAULT 0,
    error        text,
    done_at      timestamptz,
    died_at      timestamptz
);
CREATE INDEX inbox_due ON inbox (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX inbox_done ON inbox (received_at) WHERE done_at IS NOT NULL;

CREATE TABLE idempotency_key (
    key         text COLLATE "C" PRIMARY KEY,
    fingerprint bytea NOT NULL,
    claimed_at  timestamptz NOT NULL,
    -- The answer; null while work of several steps is under way.
    status      smallint,
    body        bytea
) WITH (fillfactor = 90);
CREATE INDEX idempotency_key_by_age ON idempotency_key (claimed_at);

-- Keeps an answer in the caller's transaction. outcome: kept (go on and commit), answered (give that
-- answer instead and write nothing), reused (the key named another request), in_flight (a transaction
-- with this key is running elsewhere). The lock is the transaction's, so a crash cannot leave it behind.
CREATE FUNCTION keep_answer(
    p_key text, p_fingerprint bytea, p_status integer, p_body bytea, p_at timestamptz,
    OUT outcome text, OUT status integer, OUT body bytea
) LANGUAGE plpgsql AS $$
DECLARE
    known idempotency_key;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_key, 0)) THEN
        outcome := 'in_flight';
        RETURN;
    END IF;
    SELECT * INTO known FROM idempotency_key AS k WHERE k.key = p_key;
    IF NOT FOUND THEN
        INSERT INTO idempotency_key (key, fingerprint, claimed_at, status, body)
        VALUES (p_key, p_fingerprint, p_at, p_status, p_body);
        outcome := 'kept';
    ELSIF known.fingerprint <> p_fingerprint THEN
        outcome := 'reused';
    ELSIF known.status IS NOT NULL THEN
        outcome := 'answered';
        status := known.status;
        body := known.body;
    ELSE
        UPDATE idempotency_key AS k SET status = p_status, body = p_body WHERE k.key = p_key;
        outcome := 'kept';
    END IF;
END
$$;

-- Claims a key for work of several transactions. outcome: claimed, answered, reused, in_flight. A claim
-- older than p_stale_before belongs to a process that died, and is taken over. A claim need not survive
-- the database's own crash (whoever asks again claims again), so its commit does not wait for the disk.
CREATE FUNCTION claim_key(
    p_key text, p_fingerprint bytea, p_at timestamptz, p_stale_before timestamptz,
    OUT outcome text, OUT status integer, OUT body bytea
) LANGUAGE plpgsql AS $$
DECLARE
    known idempotency_key;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    IF NOT pg_try_advisory_xact_lock(hashtextextended(p_key, 0)) THEN
        outcome := 'in_flight';
        RETURN;
    END IF;
    SELECT * INTO known FROM idempotency_key AS k WHERE k.key = p_key;
    IF NOT FOUND THEN
        INSERT INTO idempotency_key (key, fingerprint, claimed_at) VALUES (p_key, p_fingerprint, p_at);
        outcome := 'claimed';
    ELSIF known.fingerprint <> p_fingerprint THEN
        outcome := 'reused';
    ELSIF known.status IS NOT NULL THEN
        outcome := 'answered';
        status := known.status;
        body := known.body;
    ELSIF known.claimed_at <= p_stale_before THEN
        UPDATE idempotency_key AS k SET claimed_at = p_at WHERE k.key = p_key;
        outcome := 'claimed';
    ELSE
        outcome := 'in_flight';
    END IF;
END
$$;
