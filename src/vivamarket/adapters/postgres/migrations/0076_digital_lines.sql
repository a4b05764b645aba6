-- Lines of which nothing is sent. Until now nobody noted it: old lines count as to be sent, as staff were told.

ALTER TABLE order_line ADD COLUMN requires_shipping boolean NOT NULL DEFAULT true;

-- As in 0018, with whether a line is sent. The function of 36 arguments stays for the release before this one.
CREATE FUNCTION place_orders(
    o_id uuid[], o_number text[], o_cart text[], o_cart_version integer[], o_token_hash bytea[],
    o_email text[], o_locale text[], o_currency text[], o_total bigint[], o_goods bigint[],
    o_shipping bigint[], o_tax bigint[], o_document text[], o_placed_at timestamptz[],
    o_expires_at timestamptz[], o_payment uuid[], o_key text[], o_fingerprint bytea[],
    o_answer_status integer[], o_answer_body bytea[],
    l_first integer[], l_last integer[], l_sku text[], l_product text[], l_quantity integer[],
    l_unit_price bigint[], l_discount bigint[], l_tax bigint[], l_total bigint[], l_requires_shipping boolean[],
    s_first integer[], s_last integer[], s_item integer[], s_quantity integer[], s_backorder boolean[],
    i_location text[], i_sku text[]
) RETURNS TABLE (
    outcome text, status integer, body bytea, order_id uuid, short_items integer[], short_available bigint[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    items    integer := cardinality(i_sku);
    locked   boolean[] := array_fill(false, ARRAY[cardinality(o_id)]);
    begun    boolean[] := array_fill(false, ARRAY[items]);
    before   bigint[] := array_fill(0::bigint, ARRAY[items]);
    free     bigint[] := array_fill(0::bigint, ARRAY[items]);
    taken    bigint[] := array_fill(0::bigint, ARRAY[items]);
    beyond   bigint[] := array_fill(0::bigint, ARRAY[items]);
    v_free   bigint;
    v_key    record;
    v_cart   record;
    v_item   integer;
BEGIN
    FOR n IN 1 .. cardinality(o_id) LOOP
        locked[n] := pg_try_advisory_xact_lock(hashtextextended(o_key[n], 0));
    END LOOP;
    PERFORM FROM cart WHERE id = ANY (o_cart) ORDER BY id FOR UPDATE;
    FOR n IN 1 .. items LOOP
        SELECT available INTO v_free FROM stock_item
        WHERE location_id = i_location[n] AND sku = i_sku[n] FOR UPDATE;
        IF NOT FOUND AND EXISTS (
            SELECT FROM unnest(s_item, s_backorder) AS line (item, backorder) WHERE item = n AND backorder
        ) THEN
            INSERT INTO stock_item (location_id, sku, on_hand) VALUES (i_location[n], i_sku[n], 0)
            ON CONFLICT DO NOTHING;
            begun[n] := FOUND;
            SELECT available INTO v_free FROM stock_item
            WHERE location_id = i_location[n] AND sku = i_sku[n] FOR UPDATE;
        END IF;
        before[n] := coalesce(v_free, 0);
        free[n] := before[n];
    END LOOP;

    FOR n IN 1 .. cardinality(o_id) LOOP
        outcome := NULL; status := NULL; body := NULL; order_id := NULL;
        short_items := '{}'; short_available := '{}';

        -- May it be placed?
        IF NOT locked[n] THEN
            outcome := 'in_flight';
            RETURN NEXT; CONTINUE;
        END IF;
        SELECT k.fingerprint, k.status, k.body INTO v_key FROM idempotency_key AS k WHERE k.key = o_key[n];
        IF FOUND THEN
            IF v_key.fingerprint <> o_fingerprint[n] THEN
                outcome := 'key_reused';
            ELSIF v_key.status IS NULL THEN
                outcome := 'in_flight';
            ELSE
                outcome := 'replayed'; status := v_key.status; body := v_key.body;
            END IF;
            RETURN NEXT; CONTINUE;
        END IF;
        SELECT c.version, c.order_id INTO v_cart FROM cart AS c WHERE c.id = o_cart[n];
        IF NOT FOUND THEN
            outcome := 'cart_not_found';
        ELSIF v_cart.order_id IS NOT NULL THEN
            outcome := 'cart_ordered'; order_id := v_cart.order_id;
        ELSIF v_cart.version <> o_cart_version[n] THEN
            outcome := 'cart_changed';
        END IF;
        IF outcome IS NOT NULL THEN
            RETURN NEXT; CONTINUE;
        END IF;
        FOR s IN s_first[n] .. s_last[n] LOOP
            v_item := s_item[s];
            IF NOT s_backorder[s] AND free[v_item] < s_quantity[s] THEN
                outcome := 'out_of_stock';
                short_items := short_items || v_item;
                short_available := short_available || free[v_item];
            END IF;
        END LOOP;
        IF outcome IS NOT NULL THEN
            RETURN NEXT; CONTINUE;
        END IF;

        -- It may: write it.
        INSERT INTO orders (
            id, number, cart_id, status, token_hash, email, locale, currency, total, goods, shipping, tax,
            placed_at, expires_at, expire_at, steps, document
        ) VALUES (
            o_id[n], o_number[n], o_cart[n], 'pending_payment', o_token_hash[n], o_email[n], o_locale[n],
            o_currency[n], o_total[n], o_goods[n], o_shipping[n], o_tax[n],
            o_placed_at[n], o_expires_at[n], o_expires_at[n], 2, o_document[n]::jsonb
        ) ON CONFLICT ON CONSTRAINT order_number DO NOTHING;
        IF NOT FOUND THEN
            outcome := 'number_taken';
            RETURN NEXT; CONTINUE;
        END IF;
        FOR l IN l_first[n] .. l_last[n] LOOP
            INSERT INTO order_line (
                order_id, position, sku, product_id, quantity, unit_price, discount, tax, total,
                requires_shipping
            ) VALUES (
                o_id[n], l - l_first[n] + 1, l_sku[l], l_product[l], l_quantity[l], l_unit_price[l],
                l_discount[l], l_tax[l], l_total[l], l_requires_shipping[l]
            );
        END LOOP;
        FOR s IN s_first[n] .. s_last[n] LOOP
            v_item := s_item[s];
            INSERT INTO reservation (order_id, location_id, sku, quantity, backorder, status)
            VALUES (o_id[n], i_location[v_item], i_sku[v_item], s_quantity[s], s_backorder[s], 'held');
            beyond[v_item] := beyond[v_item] + greatest(s_quantity[s] - greatest(free[v_item], 0), 0);
            taken[v_item] := taken[v_item] + s_quantity[s];
            free[v_item] := free[v_item] - s_quantity[s];
        END LOOP;
        INSERT INTO payment (id, order_id, attempt, status, amount, currency, created_at, updated_at)
        VALUES (o_payment[n], o_id[n], 1, 'new', o_total[n], o_currency[n], o_placed_at[n], o_placed_at[n]);
        INSERT INTO order_step (order_id, position, at, machine, subject_id, event, target, driver) VALUES
            (o_id[n], 1, o_placed_at[n], 'order', o_id[n], 'placed', 'pending_payment', 'shopper'),
            (o_id[n], 2, o_placed_at[n], 'payment', o_payment[n], 'begun', 'new', 'shopper');
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at) VALUES (
            'order.placed', o_id[n]::text, jsonb_build_object('order_id', o_id[n], 'number', o_number[n]),
            o_placed_at[n], o_placed_at[n]
        );
        INSERT INTO idempotency_key (key, fingerprint, claimed_at, status, body)
        VALUES (o_key[n], o_fingerprint[n], o_placed_at[n], o_answer_status[n], o_answer_body[n]);
        UPDATE cart SET order_id = o_id[n] WHERE id = o_cart[n];
        outcome := 'placed';
        order_id := o_id[n];
        RETURN NEXT;
    END LOOP;

    FOR n IN 1 .. items LOOP
        IF taken[n] = 0 THEN
            IF begun[n] THEN
                DELETE FROM stock_item WHERE location_id = i_location[n] AND sku = i_sku[n];
            END IF;
            CONTINUE;
        END IF;
        UPDATE stock_item SET held = held + taken[n], backordered = backordered + beyond[n]
        WHERE location_id = i_location[n] AND sku = i_sku[n]
          AND on_hand + backordered + beyond[n] >= held + claimed + taken[n];
        IF NOT FOUND THEN
            RAISE EXCEPTION 'stock of % moved although it was locked', i_sku[n];
        END IF;
        IF before[n] > 0 AND free[n] <= 0 THEN
            PERFORM tell_availability(i_sku[n], false, o_placed_at[1]);
        END IF;
    END LOOP;
END
$$;

-- As in 0046, with whether a line is sent.
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
                    'tax', jsonb_build_object('minor_units', l.tax, 'currency', o.currency),
                    'requires_shipping', l.requires_shipping
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
