-- As in 0004, and more: a claim from the future was made by a process whose clock had jumped ahead. It is
-- taken over at once; to wait until the true time has reached it would keep a shopper waiting for minutes.
-- The five seconds are CLOCK_AHEAD_SECONDS of the kernel.
CREATE OR REPLACE FUNCTION claim_key(
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
    ELSIF known.claimed_at <= p_stale_before OR known.claimed_at > p_at + interval '5 seconds' THEN
        UPDATE idempotency_key AS k SET claimed_at = p_at WHERE k.key = p_key;
        outcome := 'claimed';
    ELSE
        outcome := 'in_flight';
    END IF;
END
$$;
