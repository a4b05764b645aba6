-- One statement instead of four: compare the order's version under its lock, then write or say what is new.
-- An order's version is the length of its history; every change lengthens it.
--
-- as_told is null when nothing was written, because the order has changed since that version or the inbox
-- event had its effect before; then the order as it is now comes back, with its version.
CREATE FUNCTION change_order_at(
    p_order uuid, p_version integer, p_change jsonb, p_at timestamptz, p_inbox_event text,
    OUT as_told boolean, OUT version integer, OUT done boolean, OUT state jsonb
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT o.steps INTO version FROM orders AS o WHERE o.id = p_order FOR UPDATE;
    done := p_inbox_event IS NOT NULL AND EXISTS (
        SELECT FROM inbox AS i WHERE i.event_id = p_inbox_event AND i.done_at IS NOT NULL
    );
    IF done OR version <> p_version THEN
        state := order_state(p_order);
    ELSE
        as_told := change_order(p_order, p_change, p_at, p_inbox_event);
    END IF;
END
$$;
