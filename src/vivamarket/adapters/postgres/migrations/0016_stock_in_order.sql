-- Journal and events of one count in the order of the SKUs; a move that is refused leaves nothing behind.

-- Sets what was counted. Rows are locked in SKU order first, as placing does, so that an import and a
-- flash sale never wait for each other in a ring. A count below what is promised is kept at that.
CREATE OR REPLACE FUNCTION count_stock(
    p_location text, p_skus text[], p_on_hand bigint[], p_reason text, p_at timestamptz,
    OUT changed integer, OUT unchanged integer, OUT short_skus text[], OUT short_on_hand bigint[]
) LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    INSERT INTO stock_item (location_id, sku, on_hand)
    SELECT p_location, sku, 0 FROM unnest(p_skus) AS sku ORDER BY sku COLLATE "C"
    ON CONFLICT DO NOTHING;
    PERFORM FROM stock_item WHERE location_id = p_location AND sku = ANY (p_skus)
    ORDER BY location_id, sku FOR UPDATE;

    CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
    SELECT i.sku, i.on_hand AS was, i.available AS was_available,
           greatest(w.on_hand, i.held + i.claimed - i.backordered) AS on_hand, w.on_hand AS wanted
    FROM unnest(p_skus, p_on_hand) AS w (sku, on_hand)
    JOIN stock_item AS i ON i.location_id = p_location AND i.sku = w.sku;

    UPDATE stock_item AS i SET
        on_hand = c.on_hand,
        backordered = least(i.backordered, greatest(i.held + i.claimed - c.on_hand, 0))
    FROM counted AS c WHERE i.location_id = p_location AND i.sku = c.sku AND c.on_hand <> c.was;
    GET DIAGNOSTICS changed = ROW_COUNT;
    unchanged := cardinality(p_skus) - changed;
    INSERT INTO stock_move (location_id, sku, quantity, reason, at)
    SELECT p_location, c.sku, c.on_hand - c.was, p_reason, p_at FROM counted AS c WHERE c.on_hand <> c.was
    ORDER BY c.sku;
    SELECT coalesce(array_agg(c.sku ORDER BY c.sku), '{}'), coalesce(array_agg(c.on_hand ORDER BY c.sku), '{}')
    INTO short_skus, short_on_hand FROM counted AS c WHERE c.on_hand > c.wanted;
    FOR r IN SELECT c.sku, c.was_available + c.on_hand - c.was > 0 AS available FROM counted AS c
             WHERE (c.was_available > 0) <> (c.was_available + c.on_hand - c.was > 0) ORDER BY c.sku LOOP
        PERFORM tell_availability(r.sku, r.available, p_at);
    END LOOP;
    DROP TABLE counted;
END
$$;

CREATE OR REPLACE FUNCTION move_stock(
    p_location text, p_sku text, p_quantity bigint, p_reason text, p_reference text, p_at timestamptz,
    OUT moved boolean, OUT on_hand bigint, OUT held bigint, OUT claimed bigint, OUT backordered bigint
) LANGUAGE plpgsql AS $$
BEGIN
    -- Taking away from nothing is refused below; it must not begin a stock item.
    IF p_quantity >= 0 THEN
        INSERT INTO stock_item (location_id, sku, on_hand) VALUES (p_location, p_sku, 0)
        ON CONFLICT DO NOTHING;
    END IF;
    UPDATE stock_item AS i SET
        on_hand = i.on_hand + p_quantity,
        backordered = least(i.backordered, greatest(i.held + i.claimed - i.on_hand - p_quantity, 0))
    WHERE i.location_id = p_location AND i.sku = p_sku
      AND i.on_hand + p_quantity >= 0
      AND i.on_hand + p_quantity + i.backordered >= i.held + i.claimed
    RETURNING i.on_hand, i.held, i.claimed, i.backordered INTO on_hand, held, claimed, backordered;
    moved := FOUND;
    IF NOT moved THEN
        RETURN;
    END IF;
    INSERT INTO stock_move (location_id, sku, quantity, reason, reference, at)
    VALUES (p_location, p_sku, p_quantity, p_reason, p_reference, p_at);
    IF (on_hand - held - claimed > 0) <> (on_hand - held - claimed - p_quantity > 0) THEN
        PERFORM tell_availability(p_sku, on_hand - held - claimed > 0, p_at);
    END IF;
END
$$;
