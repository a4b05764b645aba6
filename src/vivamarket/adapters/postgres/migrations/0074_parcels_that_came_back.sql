-- What came back was sent: a parcel whose units customers have sent back cannot be said not to have left.
-- Returns are written under the lock of their order's row, and so are parcels: whoever is second sees the first.
CREATE FUNCTION keep_parcels_that_came_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT (l ->> 'position')::smallint AS position, sum((l ->> 'received')::integer) AS received
            FROM return_request AS q, jsonb_array_elements(q.lines) AS l
            WHERE q.order_id = NEW.order_id AND q.status IN ('received', 'refunded', 'unrefunded')
            GROUP BY 1
        ) AS came
        WHERE came.received > (
            SELECT coalesce(sum(u.quantity), 0) FROM shipment AS s
            JOIN shipment_unit AS u ON u.shipment_id = s.id
            WHERE s.order_id = NEW.order_id AND s.status = 'shipped' AND u.position = came.position
        )
    ) THEN
        RAISE EXCEPTION 'units of this parcel came back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shipment_came_back';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER shipment_came_back AFTER UPDATE OF status ON shipment
    FOR EACH ROW WHEN (NEW.status = 'canceled' AND OLD.status <> 'canceled')
    EXECUTE FUNCTION keep_parcels_that_came_back();
