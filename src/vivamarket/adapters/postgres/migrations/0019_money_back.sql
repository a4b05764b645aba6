-- What went back and what is disputed, for readers. Stable, so that it sees what the statement around it
-- sees: order_state is volatile and would show a dispute whose steps the same reader does not see yet.
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
