-- Money that is held until staff take it: an order stays live, and its stock kept, until the hold ends.

ALTER TABLE payment
    ADD COLUMN manual_capture boolean NOT NULL DEFAULT false,
    ADD COLUMN captures_begun smallint NOT NULL DEFAULT 0 CHECK (captures_begun >= 0);

DROP INDEX one_live_payment;
CREATE UNIQUE INDEX one_live_payment ON payment (order_id)
    WHERE status IN ('new', 'requested', 'requires_action', 'processing', 'authorized', 'capturing');

-- As in 0073, and money that is being taken moves too.
DROP INDEX payment_moving;
CREATE INDEX payment_moving ON payment (created_at, id)
    WHERE status IN ('new', 'requested', 'requires_action', 'processing', 'capturing');

-- What waits for staff, the one that ends first at the front.
CREATE INDEX orders_authorized ON orders (expires_at, id) WHERE status = 'authorized';

CREATE FUNCTION write_payment(p_order uuid, p_payment jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payment (
        id, order_id, attempt, status, amount, currency, provider_ref, provider_payment_ref,
        redirect_url, failure_code, captured, captured_currency, is_deposit,
        manual_capture, captures_begun,
        created_at, requested_at, updated_at
    ) VALUES (
        (p_payment ->> 'id')::uuid, p_order, (p_payment ->> 'attempt')::smallint, p_payment ->> 'status',
        (p_payment #>> '{amount,minor_units}')::bigint, p_payment #>> '{amount,currency}',
        p_payment ->> 'provider_ref', p_payment ->> 'provider_payment_ref', p_payment ->> 'redirect_url',
        p_payment ->> 'failure_code', (p_payment #>> '{captured,minor_units}')::bigint,
        p_payment #>> '{captured,currency}', (p_payment ->> 'is_deposit')::boolean,
        coalesce((p_payment ->> 'manual_capture')::boolean, false),
        coalesce((p_payment ->> 'captures_begun')::smallint, 0::smallint),
        (p_payment ->> 'created_at')::timestamptz, (p_payment ->> 'requested_at')::timestamptz, p_at
    ) ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, provider_ref = excluded.provider_ref,
        provider_payment_ref = excluded.provider_payment_ref, redirect_url = excluded.redirect_url,
        failure_code = excluded.failure_code, captured = excluded.captured,
        captured_currency = excluded.captured_currency, is_deposit = excluded.is_deposit,
        manual_capture = excluded.manual_capture, captures_begun = excluded.captures_begun,
        requested_at = excluded.requested_at, updated_at = excluded.updated_at;
END
$$;

-- As in 0046, and the hold may end later than it was promised. Writes one decision (the JSON of checkout's
-- Change) and marks the inbox event. Returns false when the stock had to be taken again and was not there:
-- then `if_sold_out` was written instead.
CREATE OR REPLACE FUNCTION change_order(p_order uuid, p_change jsonb, p_at timestamptz, p_inbox_event text)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    c         jsonb := p_change;
    each      jsonb;
    v_as_told boolean := true;
    v_steps   integer;
    v_posted  bigint;
BEGIN
    IF p_inbox_event IS NOT NULL THEN
        UPDATE inbox SET done_at = p_at, due_at = NULL, error = NULL WHERE event_id = p_inbox_event;
    END IF;
    IF jsonb_array_length(c -> 'reserved') > 0 THEN
        PERFORM move_units(p_order, c -> 'reserved', p_at);
    END IF;
    CASE c ->> 'stock'
        WHEN 'claim' THEN PERFORM claim_stock(p_order);
        WHEN 'release' THEN PERFORM release_stock(p_order, p_at);
        WHEN 'retake' THEN
            IF NOT retake_stock(p_order, p_at) THEN
                v_as_told := false;
                c := p_change -> 'if_sold_out';
            END IF;
        ELSE NULL;
    END CASE;
    IF jsonb_array_length(c -> 'steps') = 0 THEN
        RETURN v_as_told;
    END IF;

    SELECT o.steps INTO v_steps FROM orders AS o WHERE o.id = p_order;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'steps') LOOP
        v_steps := v_steps + 1;
        INSERT INTO order_step (order_id, position, at, machine, subject_id, event, source, target, driver)
        VALUES (
            p_order, v_steps, p_at, each ->> 'machine', (each ->> 'subject_id')::uuid, each ->> 'event',
            each ->> 'source', each ->> 'target', each ->> 'driver'
        );
    END LOOP;
    -- Payments that end come before one that begins: at most one is live at any moment.
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'payments') LOOP
        PERFORM write_payment(p_order, each, p_at);
    END LOOP;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'refunds') LOOP
        PERFORM write_refund(p_order, each, p_at);
    END LOOP;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'disputes') LOOP
        PERFORM write_dispute(p_order, each, p_at);
    END LOOP;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'shipments') LOOP
        PERFORM write_shipment(p_order, each, p_at);
    END LOOP;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'ledger') LOOP
        INSERT INTO ledger_transaction (kind, order_id, payment_id, refund_id, at) VALUES (
            each ->> 'kind', p_order, (each ->> 'payment_id')::uuid, (each ->> 'refund_id')::uuid, p_at
        ) RETURNING id INTO v_posted;
        INSERT INTO ledger_entry (transaction_id, account, currency, amount)
        SELECT v_posted, e ->> 'account', e #>> '{amount,currency}', (e #>> '{amount,minor_units}')::bigint
        FROM jsonb_array_elements(each -> 'entries') AS e;
    END LOOP;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'events') LOOP
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at)
        VALUES (each ->> 'kind', p_order::text, each -> 'payload', p_at, p_at);
    END LOOP;
    UPDATE orders SET
        status = c ->> 'status', cancel_reason = c ->> 'cancel_reason', steps = v_steps,
        captured = (c ->> 'captured')::bigint, refunded = (c ->> 'refunded')::bigint,
        fulfillment = coalesce(c ->> 'fulfillment', fulfillment),
        expires_at = coalesce((c ->> 'expires_at')::timestamptz, expires_at),
        expire_at = (c ->> 'expire_at')::timestamptz, check_at = (c ->> 'check_at')::timestamptz
    WHERE id = p_order;
    RETURN v_as_told;
END
$$;
