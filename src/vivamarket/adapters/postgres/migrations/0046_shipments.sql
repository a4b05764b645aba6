-- Parcels: what is in them, and what they and refunds do to the stock that an order keeps.

CREATE TABLE shipment (
    id              uuid PRIMARY KEY,
    order_id        uuid NOT NULL REFERENCES orders,
    status          text NOT NULL CHECK (status IN ('shipped', 'canceled')),
    carrier         text COLLATE "C" NOT NULL,
    carrier_name    text NOT NULL,
    tracking_number text NOT NULL,
    tracking_url    text,
    -- The name of the staff who sent it.
    shipped_by      text NOT NULL,
    request_key     text COLLATE "C" NOT NULL,
    shipped_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT shipment_request UNIQUE (order_id, request_key)
);

CREATE TABLE shipment_unit (
    shipment_id uuid NOT NULL REFERENCES shipment,
    position    smallint NOT NULL,
    quantity    integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment_id, position)
);
CREATE TRIGGER shipment_unit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON shipment_unit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE orders ADD COLUMN fulfillment text COLLATE "C" NOT NULL DEFAULT 'unfulfilled'
    CHECK (fulfillment IN ('unfulfilled', 'partially_fulfilled', 'fulfilled'));
-- What staff look for is what is left to send; what was never paid does not pay for this index.
CREATE INDEX orders_by_fulfillment ON orders (fulfillment, status, id)
    WHERE status IN ('paid', 'partially_refunded', 'refunded');

-- Of the quantity: what was sent, and what is free again because it was refunded unsent.
ALTER TABLE reservation
    ADD COLUMN shipped integer NOT NULL DEFAULT 0,
    ADD COLUMN freed integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT reservation_units CHECK (shipped >= 0 AND freed >= 0 AND shipped + freed <= quantity);

-- Until now nothing was sent, and units that were refunded stayed claimed: they are free from here on.
CREATE TEMPORARY TABLE refunded_unit ON COMMIT DROP AS
SELECT r.order_id, o.sku, sum(l.quantity)::integer AS quantity
FROM refund AS r
JOIN refund_line AS l ON l.refund_id = r.id
JOIN order_line AS o ON o.order_id = r.order_id AND o.position = l.position
WHERE r.status = 'succeeded' AND NOT r.of_deposit
GROUP BY r.order_id, o.sku;
UPDATE reservation AS v SET freed = least(u.quantity, v.quantity)
FROM refunded_unit AS u WHERE u.order_id = v.order_id AND u.sku = v.sku;
DO $$
DECLARE
    r record;
    v_available bigint;
BEGIN
    FOR r IN SELECT location_id, sku, sum(freed)::bigint AS freed FROM reservation
             WHERE status = 'claimed' AND freed > 0 GROUP BY location_id, sku ORDER BY location_id, sku LOOP
        UPDATE stock_item SET
            claimed = claimed - r.freed,
            backordered = least(backordered, greatest(held + claimed - r.freed - on_hand, 0))
        WHERE location_id = r.location_id AND sku = r.sku
        RETURNING available INTO v_available;
        IF v_available > 0 AND v_available - r.freed <= 0 THEN
            PERFORM tell_availability(r.sku, true, now());
        END IF;
    END LOOP;
END
$$;

-- Stable, as money_back is, and for the same reason.
CREATE FUNCTION shipments_of(p_order uuid) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            to_jsonb(s) || jsonb_build_object(
                'tracking', jsonb_build_object(
                    'carrier', s.carrier, 'carrier_name', s.carrier_name,
                    'number', s.tracking_number, 'url', s.tracking_url
                ),
                'units', (
                    SELECT jsonb_agg(
                        jsonb_build_object('position', u.position, 'quantity', u.quantity) ORDER BY u.position
                    ) FROM shipment_unit AS u WHERE u.shipment_id = s.id
                )
            ) ORDER BY s.shipped_at, s.id
        ), '[]') FROM shipment AS s WHERE s.order_id = p_order
    );
END
$$;

-- Of its units, those that the customer had and sent back; the others were not sent, as far as there are any.
ALTER TABLE refund_line ADD COLUMN returned integer NOT NULL DEFAULT 0
    CHECK (returned >= 0 AND returned <= quantity);

-- As in 0013, with what came back.
CREATE OR REPLACE FUNCTION money_back(p_order uuid) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN jsonb_build_object(
        'refunds', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(r) || jsonb_build_object(
                    'amount', jsonb_build_object('minor_units', r.amount, 'currency', r.currency),
                    'goods', jsonb_build_object('minor_units', r.goods, 'currency', r.currency),
                    'shipping', jsonb_build_object('minor_units', r.shipping, 'currency', r.currency),
                    'tax', jsonb_build_object('minor_units', r.tax, 'currency', r.currency),
                    'lines', (
                        SELECT coalesce(jsonb_agg(jsonb_build_object(
                            'position', l.position, 'quantity', l.quantity,
                            'amount', jsonb_build_object('minor_units', l.amount, 'currency', r.currency),
                            'tax', jsonb_build_object('minor_units', l.tax, 'currency', r.currency),
                            'returned', l.returned
                        ) ORDER BY l.position), '[]') FROM refund_line AS l WHERE l.refund_id = r.id
                    )
                ) ORDER BY r.created_at, r.id
            ), '[]') FROM refund AS r WHERE r.order_id = p_order
        ),
        'disputes', (
            SELECT coalesce(jsonb_agg(
                to_jsonb(d) || jsonb_build_object(
                    'amount', jsonb_build_object('minor_units', d.amount, 'currency', d.currency)
                ) ORDER BY d.opened_at, d.id
            ), '[]') FROM dispute AS d WHERE d.order_id = p_order
        )
    );
END
$$;

-- The lines of a refund never change, so only its first writing brings them.
CREATE OR REPLACE FUNCTION write_refund(p_order uuid, p_refund jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    r jsonb := p_refund;
BEGIN
    INSERT INTO refund (
        id, order_id, payment_id, status, currency, amount, goods, shipping, tax, reason, request_key,
        provider_ref, failure_code, of_deposit, created_at, updated_at
    ) VALUES (
        (r ->> 'id')::uuid, p_order, (r ->> 'payment_id')::uuid, r ->> 'status',
        r #>> '{amount,currency}', (r #>> '{amount,minor_units}')::bigint,
        (r #>> '{goods,minor_units}')::bigint, (r #>> '{shipping,minor_units}')::bigint,
        (r #>> '{tax,minor_units}')::bigint, r ->> 'reason', r ->> 'request_key',
        r ->> 'provider_ref', r ->> 'failure_code', (r ->> 'of_deposit')::boolean,
        (r ->> 'created_at')::timestamptz, p_at
    ) ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, provider_ref = excluded.provider_ref,
        failure_code = excluded.failure_code, updated_at = excluded.updated_at;
    INSERT INTO refund_line (refund_id, position, quantity, amount, tax, returned)
    SELECT (r ->> 'id')::uuid, (l ->> 'position')::smallint, (l ->> 'quantity')::integer,
        (l #>> '{amount,minor_units}')::bigint, (l #>> '{tax,minor_units}')::bigint,
        coalesce((l ->> 'returned')::integer, 0)
    FROM jsonb_array_elements(r -> 'lines') AS l
    ON CONFLICT DO NOTHING;
END
$$;

-- As in 0013, with the parcels.
CREATE OR REPLACE FUNCTION order_state(p_order uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
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
            'lines', (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'position', l.position, 'sku', l.sku, 'quantity', l.quantity,
                    'total', jsonb_build_object('minor_units', l.total, 'currency', o.currency),
                    'tax', jsonb_build_object('minor_units', l.tax, 'currency', o.currency)
                ) ORDER BY l.position), '[]') FROM order_line AS l WHERE l.order_id = o.id
            ),
            'payments', (
                SELECT coalesce(jsonb_agg(
                    to_jsonb(p) || jsonb_build_object(
                        'amount', jsonb_build_object('minor_units', p.amount, 'currency', p.currency),
                        'captured', CASE WHEN p.captured IS NOT NULL THEN
                            jsonb_build_object('minor_units', p.captured, 'currency', p.captured_currency) END
                    ) ORDER BY p.attempt
                ), '[]') FROM payment AS p WHERE p.order_id = o.id
            ),
            'shipments', CASE WHEN EXISTS (SELECT FROM shipment AS s WHERE s.order_id = o.id)
                THEN shipments_of(o.id) ELSE '[]' END
        ) || money_back(o.id) FROM orders AS o WHERE o.id = p_order
    );
END
$$;

-- What is in a parcel never changes, so only its first writing brings it.
CREATE FUNCTION write_shipment(p_order uuid, p_shipment jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    s jsonb := p_shipment;
BEGIN
    INSERT INTO shipment (
        id, order_id, status, carrier, carrier_name, tracking_number, tracking_url, shipped_by, request_key,
        shipped_at, updated_at
    ) VALUES (
        (s ->> 'id')::uuid, p_order, s ->> 'status', s #>> '{tracking,carrier}',
        s #>> '{tracking,carrier_name}', s #>> '{tracking,number}', s #>> '{tracking,url}',
        s ->> 'shipped_by', s ->> 'request_key', (s ->> 'shipped_at')::timestamptz, p_at
    ) ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, carrier = excluded.carrier, carrier_name = excluded.carrier_name,
        tracking_number = excluded.tracking_number, tracking_url = excluded.tracking_url,
        updated_at = excluded.updated_at;
    INSERT INTO shipment_unit (shipment_id, position, quantity)
    SELECT (s ->> 'id')::uuid, (u ->> 'position')::smallint, (u ->> 'quantity')::integer
    FROM jsonb_array_elements(s -> 'units') AS u
    ON CONFLICT DO NOTHING;
END
$$;

-- Lets units leave the order's reservations, or come back. What is sent leaves the stock whatever became of
-- the reservation; what leaves a claimed one is not claimed any more.
CREATE FUNCTION move_units(p_order uuid, p_reserved jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    r           record;
    v_number    text;
    v_sent      bigint;
    v_gone      bigint;
    v_available bigint;
BEGIN
    FOR r IN SELECT v.location_id, v.sku, v.status, v.shipped, v.freed,
                    (u ->> 'shipped')::integer AS now_shipped, (u ->> 'freed')::integer AS now_freed
             FROM jsonb_array_elements(p_reserved) AS u
             JOIN reservation AS v ON v.order_id = p_order AND v.sku = u ->> 'sku'
             ORDER BY v.location_id, v.sku LOOP
        v_sent := r.now_shipped - r.shipped;
        v_gone := CASE r.status WHEN 'claimed' THEN v_sent + r.now_freed - r.freed ELSE 0 END;
        UPDATE reservation SET shipped = r.now_shipped, freed = r.now_freed
        WHERE order_id = p_order AND location_id = r.location_id AND sku = r.sku
          AND (shipped, freed) <> (r.now_shipped, r.now_freed);
        IF v_sent = 0 AND v_gone = 0 THEN
            CONTINUE;
        END IF;
        UPDATE stock_item SET
            on_hand = on_hand - v_sent,
            claimed = claimed - v_gone,
            backordered = least(backordered, greatest(held + claimed - v_gone - on_hand + v_sent, 0))
        WHERE location_id = r.location_id AND sku = r.sku
        RETURNING available INTO v_available;
        IF v_sent <> 0 THEN
            SELECT number INTO v_number FROM orders WHERE id = p_order;
            INSERT INTO stock_move (location_id, sku, quantity, reason, reference, at)
            VALUES (r.location_id, r.sku, -v_sent, 'shipment', v_number, p_at);
        END IF;
        IF (v_available > 0) <> (v_available + v_sent - v_gone > 0) THEN
            PERFORM tell_availability(r.sku, v_available > 0, p_at);
        END IF;
    END LOOP;
END
$$;

-- As in 0011, less what has left the reservation before.
CREATE OR REPLACE FUNCTION release_stock(p_order uuid, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r           record;
    v_available bigint;
BEGIN
    FOR r IN SELECT location_id, sku, status, quantity - shipped - freed AS kept FROM reservation
             WHERE order_id = p_order AND status <> 'released' ORDER BY location_id, sku LOOP
        UPDATE stock_item SET
            held = held - CASE r.status WHEN 'held' THEN r.kept ELSE 0 END,
            claimed = claimed - CASE r.status WHEN 'claimed' THEN r.kept ELSE 0 END,
            backordered = least(backordered, greatest(held + claimed - r.kept - on_hand, 0))
        WHERE location_id = r.location_id AND sku = r.sku
        RETURNING available INTO v_available;
        IF v_available > 0 AND v_available - r.kept <= 0 THEN
            PERFORM tell_availability(r.sku, true, p_at);
        END IF;
    END LOOP;
    UPDATE reservation SET status = 'released' WHERE order_id = p_order AND status <> 'released';
END
$$;

-- As in 0013, with parcels and what leaves the reservations. Writes one decision (the JSON of checkout's
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
        expire_at = (c ->> 'expire_at')::timestamptz, check_at = (c ->> 'check_at')::timestamptz
    WHERE id = p_order;
    RETURN v_as_told;
END
$$;
