-- Deciding about one order: lock it, hand its state out as JSON, write what was decided. The lock is
-- taken by a statement of its own: a locking query with subqueries would, after waiting, see the new
-- order row beside the old payments (EvalPlanQual re-reads only the locked row).

-- In PL/pgSQL, not in SQL: its plan is kept (servers before 18 plan an SQL function at each call). Volatile,
-- so that it sees what was committed while the caller waited for the lock.
CREATE FUNCTION order_state(p_order uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'id', o.id, 'number', o.number, 'status', o.status, 'cancel_reason', o.cancel_reason,
            'total', jsonb_build_object('minor_units', o.total, 'currency', o.currency),
            'parts', jsonb_build_object(
                'goods', jsonb_build_object('minor_units', o.goods, 'currency', o.currency),
                'shipping', jsonb_build_object('minor_units', o.shipping, 'currency', o.currency),
                'tax', jsonb_build_object('minor_units', o.tax, 'currency', o.currency)
            ),
            'reservation', (SELECT r.status FROM reservation AS r WHERE r.order_id = o.id LIMIT 1),
            'placed_at', o.placed_at, 'expires_at', o.expires_at,
            'payments', (
                SELECT coalesce(jsonb_agg(
                    to_jsonb(p) || jsonb_build_object(
                        'amount', jsonb_build_object('minor_units', p.amount, 'currency', p.currency),
                        'captured', CASE WHEN p.captured IS NOT NULL THEN
                            jsonb_build_object('minor_units', p.captured, 'currency', p.captured_currency) END
                    ) ORDER BY p.attempt
                ), '[]') FROM payment AS p WHERE p.order_id = o.id
            ),
            'refunds', (
                SELECT coalesce(jsonb_agg(
                    to_jsonb(r) || jsonb_build_object(
                        'amount', jsonb_build_object('minor_units', r.amount, 'currency', r.currency),
                        'goods', jsonb_build_object('minor_units', r.goods, 'currency', r.currency),
                        'shipping', jsonb_build_object('minor_units', r.shipping, 'currency', r.currency),
                        'tax', jsonb_build_object('minor_units', r.tax, 'currency', r.currency)
                    ) ORDER BY r.created_at, r.id
                ), '[]') FROM refund AS r WHERE r.order_id = o.id
            )
        ) FROM orders AS o WHERE o.id = p_order
    );
END
$$;

-- state is null without such an order; done tells that the inbox event had its effect before.
CREATE FUNCTION lock_order(p_order uuid, p_inbox_event text, OUT done boolean, OUT state jsonb)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM orders WHERE id = p_order FOR UPDATE;
    done := p_inbox_event IS NOT NULL AND EXISTS (
        SELECT FROM inbox WHERE event_id = p_inbox_event AND done_at IS NOT NULL
    );
    state := order_state(p_order);
END
$$;

-- Takes all released reservations of an order again, straight to claimed; false when one item is short.
CREATE FUNCTION retake_stock(p_order uuid, p_at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    r        record;
    v_before bigint;
    v_beyond bigint;
    v_enough boolean := true;
BEGIN
    FOR r IN SELECT * FROM reservation WHERE order_id = p_order AND status = 'released'
             ORDER BY location_id, sku LOOP
        SELECT available INTO v_before FROM stock_item
        WHERE location_id = r.location_id AND sku = r.sku FOR UPDATE;
        v_enough := v_enough AND (r.backorder OR v_before >= r.quantity);
    END LOOP;
    IF NOT v_enough THEN
        RETURN false;
    END IF;
    FOR r IN SELECT * FROM reservation WHERE order_id = p_order AND status = 'released'
             ORDER BY location_id, sku LOOP
        SELECT available INTO v_before FROM stock_item WHERE location_id = r.location_id AND sku = r.sku;
        v_beyond := greatest(r.quantity - greatest(v_before, 0), 0);
        UPDATE stock_item SET claimed = claimed + r.quantity, backordered = backordered + v_beyond
        WHERE location_id = r.location_id AND sku = r.sku;
        IF v_before > 0 AND v_before - r.quantity <= 0 THEN
            PERFORM tell_availability(r.sku, false, p_at);
        END IF;
    END LOOP;
    UPDATE reservation SET status = 'claimed' WHERE order_id = p_order AND status = 'released';
    RETURN true;
END
$$;

CREATE FUNCTION claim_stock(p_order uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT * FROM reservation WHERE order_id = p_order AND status = 'held'
             ORDER BY location_id, sku LOOP
        UPDATE stock_item SET held = held - r.quantity, claimed = claimed + r.quantity
        WHERE location_id = r.location_id AND sku = r.sku;
    END LOOP;
    UPDATE reservation SET status = 'claimed' WHERE order_id = p_order AND status = 'held';
END
$$;

CREATE FUNCTION release_stock(p_order uuid, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r           record;
    v_available bigint;
BEGIN
    FOR r IN SELECT * FROM reservation WHERE order_id = p_order AND status <> 'released'
             ORDER BY location_id, sku LOOP
        UPDATE stock_item SET
            held = held - CASE r.status WHEN 'held' THEN r.quantity ELSE 0 END,
            claimed = claimed - CASE r.status WHEN 'claimed' THEN r.quantity ELSE 0 END,
            backordered = least(backordered, greatest(held + claimed - r.quantity - on_hand, 0))
        WHERE location_id = r.location_id AND sku = r.sku
        RETURNING available INTO v_available;
        IF v_available > 0 AND v_available - r.quantity <= 0 THEN
            PERFORM tell_availability(r.sku, true, p_at);
        END IF;
    END LOOP;
    UPDATE reservation SET status = 'released' WHERE order_id = p_order AND status <> 'released';
END
$$;

-- Writes one decision (the JSON of checkout's Change) and marks the inbox event. Returns false when the
-- stock had to be taken again and was not there: then `if_sold_out` was written instead.
CREATE FUNCTION change_order(p_order uuid, p_change jsonb, p_at timestamptz, p_inbox_event text)
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
        INSERT INTO payment AS p (
            id, order_id, attempt, status, amount, currency, provider_ref, provider_payment_ref,
            redirect_url, failure_code, captured, captured_currency, is_deposit,
            created_at, requested_at, updated_at
        ) VALUES (
            (each ->> 'id')::uuid, p_order, (each ->> 'attempt')::smallint, each ->> 'status',
            (each #>> '{amount,minor_units}')::bigint, each #>> '{amount,currency}',
            each ->> 'provider_ref', each ->> 'provider_payment_ref', each ->> 'redirect_url',
            each ->> 'failure_code', (each #>> '{captured,minor_units}')::bigint,
            each #>> '{captured,currency}', (each ->> 'is_deposit')::boolean,
            (each ->> 'created_at')::timestamptz, (each ->> 'requested_at')::timestamptz, p_at
        ) ON CONFLICT (id) DO UPDATE SET
            status = excluded.status, provider_ref = excluded.provider_ref,
            provider_payment_ref = excluded.provider_payment_ref, redirect_url = excluded.redirect_url,
            failure_code = excluded.failure_code, captured = excluded.captured,
            captured_currency = excluded.captured_currency, is_deposit = excluded.is_deposit,
            requested_at = excluded.requested_at, updated_at = excluded.updated_at;
    END LOOP;
    FOR each IN SELECT value FROM jsonb_array_elements(c -> 'refunds') LOOP
        INSERT INTO refund AS r (
            id, order_id, payment_id, status, currency, amount, goods, shipping, tax, reason, request_key,
            provider_ref, failure_code, created_at, updated_at
        ) VALUES (
            (each ->> 'id')::uuid, p_order, (each ->> 'payment_id')::uuid, each ->> 'status',
            each #>> '{amount,currency}', (each #>> '{amount,minor_units}')::bigint,
            (each #>> '{goods,minor_units}')::bigint, (each #>> '{shipping,minor_units}')::bigint,
            (each #>> '{tax,minor_units}')::bigint, each ->> 'reason', each ->> 'request_key',
            each ->> 'provider_ref', each ->> 'failure_code', (each ->> 'created_at')::timestamptz, p_at
        ) ON CONFLICT (id) DO UPDATE SET
            status = excluded.status, provider_ref = excluded.provider_ref,
            failure_code = excluded.failure_code, updated_at = excluded.updated_at;
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
        expire_at = (c ->> 'expire_at')::timestamptz, check_at = (c ->> 'check_at')::timestamptz
    WHERE id = p_order;
    RETURN v_as_told;
END
$$;
