-- Returns: what customers send back. An order's returns change under the lock of the order's row.

CREATE TABLE return_request (
    id           uuid PRIMARY KEY,
    order_id     uuid NOT NULL REFERENCES orders,
    status       text COLLATE "C" NOT NULL CHECK (status IN (
        'requested', 'approved', 'refused', 'withdrawn', 'received', 'refunded', 'unrefunded'
    )),
    reason       text COLLATE "C" NOT NULL,
    -- Words of the customer and of the shop; emptied when the customer is erased.
    note         text NOT NULL,
    answer       text NOT NULL,
    refusal_code text NOT NULL,
    -- Positions, quantities, what came of them; and the steps it has taken.
    lines        jsonb NOT NULL,
    history      jsonb NOT NULL,
    request_key  text COLLATE "C" NOT NULL,
    CONSTRAINT return_requested_once UNIQUE (order_id, request_key)
);
CREATE INDEX return_request_by_status ON return_request (status, id);

-- An order's lines, how many of each were sent and refunded, when the newest parcel left, and its returns.
CREATE FUNCTION order_returns(p_order uuid) RETURNS jsonb STABLE LANGUAGE sql AS $$
SELECT jsonb_build_object(
    'order_id', o.id, 'number', o.number,
    'sent_at', (SELECT max(s.shipped_at) FROM shipment AS s WHERE s.order_id = o.id AND s.status = 'shipped'),
    'lines', (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'position', l.position, 'sku', l.sku, 'ordered', l.quantity,
            'sent', (
                SELECT coalesce(sum(u.quantity), 0) FROM shipment AS s
                JOIN shipment_unit AS u ON u.shipment_id = s.id
                WHERE s.order_id = o.id AND s.status = 'shipped' AND u.position = l.position
            ),
            'refunded', (
                SELECT coalesce(sum(b.quantity), 0) FROM refund AS r JOIN refund_line AS b ON b.refund_id = r.id
                WHERE r.order_id = o.id AND r.status <> 'failed' AND NOT r.of_deposit AND b.position = l.position
            )
        ) ORDER BY l.position), '[]') FROM order_line AS l WHERE l.order_id = o.id
    ),
    'returns', (
        SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.id), '[]') FROM return_request AS q
        WHERE q.order_id = o.id
    )
) FROM orders AS o WHERE o.id = p_order
$$;
