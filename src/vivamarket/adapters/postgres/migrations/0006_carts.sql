-- Carts: one row each, the wish as a document. Placing (0003) locks the row, checks the version and
-- sets order_id; from then on the cart never changes.
CREATE TABLE cart (
    id text PRIMARY KEY,
    version integer NOT NULL CHECK (version > 0),
    order_id uuid,
    doc jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Old carts are forgotten by age.
CREATE INDEX cart_updated_at ON cart (updated_at) WHERE order_id IS NULL;

-- Stores a cart together with the answer to the attempt that changed it. outcome: written; stale (another
-- version, gone, or ordered: nothing is written); or what keep_answer says (0004). p_expected 0 = new.
CREATE FUNCTION cart_put(
    p_id text, p_expected integer, p_doc jsonb, p_key text, p_fingerprint bytea,
    p_status integer, p_body bytea, p_at timestamptz,
    OUT outcome text, OUT status integer, OUT body bytea
) LANGUAGE plpgsql AS $$
DECLARE
    kept record;
BEGIN
    kept := keep_answer(p_key, p_fingerprint, p_status, p_body, p_at);
    outcome := kept.outcome;
    status := kept.status;
    body := kept.body;
    IF outcome <> 'kept' THEN
        RETURN;
    END IF;
    IF p_expected = 0 THEN
        INSERT INTO cart (id, version, doc, updated_at) VALUES (p_id, 1, p_doc, p_at)
        ON CONFLICT (id) DO NOTHING;
    ELSE
        UPDATE cart SET version = p_expected + 1, doc = p_doc, updated_at = p_at
        WHERE id = p_id AND version = p_expected AND order_id IS NULL;
    END IF;
    IF FOUND THEN
        outcome := 'written';
    ELSE
        outcome := 'stale';
        DELETE FROM idempotency_key WHERE key = p_key;
    END IF;
END
$$;
