-- The answer of whoever holds the claim must be kept. Whoever asks with the same key meanwhile holds its
-- lock for a moment, and a mere try at that moment would lose the answer, and leave the key in flight until
-- the claim is stale. It waits instead; a transaction that holds nothing else cannot deadlock.
CREATE FUNCTION finish_answer(
    p_key text, p_fingerprint bytea, p_status integer, p_body bytea, p_at timestamptz,
    OUT outcome text, OUT status integer, OUT body bytea
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_key, 0));
    SELECT k.outcome, k.status, k.body INTO outcome, status, body
    FROM keep_answer(p_key, p_fingerprint, p_status, p_body, p_at) AS k;
END
$$;
