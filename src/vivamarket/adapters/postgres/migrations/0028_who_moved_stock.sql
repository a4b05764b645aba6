-- Who moved stock, and under which key, so that a wish sent twice moves it once.

ALTER TABLE stock_move
    ADD COLUMN made_by text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN request_key text COLLATE "C";
CREATE UNIQUE INDEX stock_move_of_request ON stock_move (request_key) WHERE request_key IS NOT NULL;

CREATE FUNCTION move_stock(
    p_location text, p_sku text, p_quantity bigint, p_reason text, p_reference text, p_at timestamptz,
    p_made_by text, p_request_key text,
    OUT moved boolean, OUT on_hand bigint, OUT held bigint, OUT claimed bigint, OUT backordered bigint
) LANGUAGE plpgsql AS $$
BEGIN
    -- Taking away from nothing is refused below; it must not begin a stock item.
    IF p_quantity >= 0 THEN
        INSERT INTO stock_item (location_id, sku, on_hand) VALUES (p_location, p_sku, 0)
        ON CONFLICT DO NOTHING;
    END IF;
    IF p_request_key IS NOT NULL THEN
        -- The row's lock first: of two that send one wish, the later sees the move of the earlier.
        SELECT i.on_hand, i.held, i.claimed, i.backordered INTO on_hand, held, claimed, backordered
        FROM stock_item AS i WHERE i.location_id = p_location AND i.sku = p_sku FOR UPDATE;
        moved := EXISTS (SELECT FROM stock_move AS m WHERE m.request_key = p_request_key);
        IF moved THEN
            RETURN;
        END IF;
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
    INSERT INTO stock_move (location_id, sku, quantity, reason, reference, at, made_by, request_key)
    VALUES (p_location, p_sku, p_quantity, p_reason, p_reference, p_at, p_made_by, p_request_key);
    IF (on_hand - held - claimed > 0) <> (on_hand - held - claimed - p_quantity > 0) THEN
        PERFORM tell_availability(p_sku, on_hand - held - claimed > 0, p_at);
    END IF;
END
$$;

-- For the release that still runs.
CREATE OR REPLACE FUNCTION move_stock(
    p_location text, p_sku text, p_quantity bigint, p_reason text, p_reference text, p_at timestamptz,
    OUT moved boolean, OUT on_hand bigint, OUT held bigint, OUT claimed bigint, OUT backordered bigint
) LANGUAGE sql AS $$
    SELECT moved, on_hand, held, claimed, backordered
    FROM move_stock(p_location, p_sku, p_quantity, p_reason, p_reference, p_at, '', NULL)
$$;
