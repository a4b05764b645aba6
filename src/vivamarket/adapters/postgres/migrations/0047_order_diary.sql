-- What staff write about an order, and which of its mails they had sent again. Entries are added, never edited.

CREATE TABLE order_diary (
    id          uuid PRIMARY KEY,
    order_id    uuid NOT NULL REFERENCES orders,
    kind        text NOT NULL CHECK (kind IN ('note', 'mail')),
    text        text NOT NULL,
    -- The name of the staff who wrote it.
    author      text NOT NULL,
    request_key text COLLATE "C" NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT order_diary_request UNIQUE (order_id, request_key)
);

-- One entry of an order at a time, so that its limits are kept. Tells what became of it: `added`, `known` for
-- a request that was written before, `full` or `often` when a limit is reached.
CREATE FUNCTION add_diary_entry(
    p_id uuid, p_order uuid, p_kind text, p_text text, p_author text, p_request_key text, p_at timestamptz,
    p_entries_max integer, p_mails_after timestamptz, p_mails_max integer, p_event jsonb
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('order_diary:' || p_order, 0));
    IF EXISTS (SELECT FROM order_diary WHERE order_id = p_order AND request_key = p_request_key) THEN
        RETURN 'known';
    END IF;
    IF (SELECT count(*) FROM order_diary WHERE order_id = p_order) >= p_entries_max THEN
        RETURN 'full';
    END IF;
    IF p_kind = 'mail' AND p_mails_max <= (
        SELECT count(*) FROM order_diary WHERE order_id = p_order AND kind = 'mail' AND at > p_mails_after
    ) THEN
        RETURN 'often';
    END IF;
    INSERT INTO order_diary (id, order_id, kind, text, author, request_key, at)
    VALUES (p_id, p_order, p_kind, p_text, p_author, p_request_key, p_at);
    IF p_event IS NOT NULL THEN
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at)
        VALUES (p_event ->> 'kind', p_order::text, p_event -> 'payload', p_at, p_at);
    END IF;
    RETURN 'added';
END
$$;
