-- Refunds by line, goodwill, disputes: what they keep, and how decisions read and write them.

CREATE TABLE refund_line (
    refund_id uuid NOT NULL REFERENCES refund,
    position  smallint NOT NULL,
    quantity  integer NOT NULL CHECK (quantity > 0),
    -- Tax contained.
    amount    bigint NOT NULL CHECK (amount >= 0),
    tax       bigint NOT NULL,
    PRIMARY KEY (refund_id, position)
);
CREATE TRIGGER refund_line_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refund_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What goods, shipping and tax do not hold of the amount is goodwill, or earlier goodwill taken off.
ALTER TABLE refund DROP CONSTRAINT refund_parts_sum_up;
ALTER TABLE refund ADD COLUMN of_deposit boolean NOT NULL DEFAULT false;
UPDATE refund SET of_deposit = true FROM payment AS p WHERE p.id = refund.payment_id AND p.is_deposit;

CREATE TABLE dispute (
    id           uuid PRIMARY KEY,
    order_id     uuid NOT NULL REFERENCES orders,
    payment_id   uuid NOT NULL REFERENCES payment,
    provider_ref text NOT NULL CONSTRAINT dispute_provider_ref UNIQUE,
    status       text NOT NULL CHECK (status IN ('open', 'appealed', 'won', 'lost')),
    currency     text NOT NULL,
    amount       bigint NOT NULL,
    withdrawn    boolean NOT NULL,
    reason       text NOT NULL,
    opened_at    timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE INDEX dispute_of_order ON dispute (order_id);

-- A capture is posted once; a deposit may become a sale once; a dispute moves money back and forth.
DROP INDEX capture_posted_once;
CREATE UNIQUE INDEX capture_posted_once ON ledger_transaction (payment_id) WHERE kind IN ('sale', 'deposit');
CREATE UNIQUE INDEX acceptance_posted_once ON ledger_transaction (payment_id) WHERE kind = 'acceptance';

-- Disputes name the money, not our page. Null for most of a payment's life.
CREATE INDEX payment_provider_payment_ref ON payment (provider_payment_ref)
    WHERE provider_payment_ref IS NOT NULL;

ALTER TABLE inbox ADD COLUMN about text NOT NULL DEFAULT 'payment';
CREATE INDEX inbox_dead ON inbox (died_at) WHERE died_at IS NOT NULL;

-- What went back and what is disputed. Stable, so that it sees what the statement around it sees: a reader
-- of orders would else be shown a dispute whose steps it does not see yet.
CREATE FUNCTION money_back(p_order uuid) RETURNS jsonb STABLE LANGUAGE plpgsql AS $$
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
                            'tax', jsonb_build_object('minor_units', l.tax, 'currency', r.currency)
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
            )
        ) || money_back(o.id) FROM orders AS o WHERE o.id = p_order
    );
END
$$;

-- The lines of a refund never change, so only its first writing brings them.
CREATE FUNCTION write_refund(p_order uuid, p_refund jsonb, p_at timestamptz) RETURNS void
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
    INSERT INTO refund_line (refund_id, position, quantity, amount, tax)
    SELECT (r ->> 'id')::uuid, (l ->> 'position')::smallint, (l ->> 'quantity')::integer,
        (l #>> '{amount,minor_units}')::bigint, (l #>> '{tax,minor_units}')::bigint
    FROM jsonb_array_elements(r -> 'lines') AS l
    ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION write_dispute(p_order uuid, p_dispute jsonb, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    d jsonb := p_dispute;
BEGIN
    INSERT INTO dispute (
        id, order_id, payment_id, provider_ref, status, currency, amount, withdrawn, reason, opened_at,
        updated_at
    ) VALUES (
        (d ->> 'id')::uuid, p_order, (d ->> 'payment_id')::uuid, d ->> 'provider_ref', d ->> 'status',
        d #>> '{amount,currency}', (d #>> '{amount,minor_units}')::bigint, (d ->> 'withdrawn')::boolean,
        d ->> 'reason', (d ->> 'opened_at')::timestamptz, p_at
    ) ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, withdrawn = excluded.withdrawn, updated_at = excluded.updated_at;
END
$$;

-- Writes one decision (the JSON of checkout's Change) and marks the inbox event. Returns false when the
-- stock had to be taken again and was not there: then `if_sold_out` was written instead.
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
