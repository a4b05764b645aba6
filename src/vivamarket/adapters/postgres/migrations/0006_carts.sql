-- Carts: one row each, the wish as a document. Placing (0003) locks the row, checks the version and
-- sets order_id; from then on the cart never changes.
create table cart (
    id text primary key,
    version integer not null check (version > 0),
    order_id uuid,
    doc jsonb not null,
    updated_at timestamptz not null
);

-- Old carts are forgotten by age.
create index cart_updated_at on cart (updated_at) where order_id is null;

-- Stores a cart together with the answer to the attempt that changed it. outcome: written; stale (another
-- version, gone, or ordered: nothing is written); or what keep_answer says (0004). p_expected 0 = new.
create function cart_put(
    p_id text, p_expected integer, p_doc jsonb, p_key text, p_fingerprint bytea,
    p_status integer, p_body bytea, p_at timestamptz,
    out outcome text, out status integer, out body bytea
) language plpgsql as $$
declare
    kept record;
begin
    kept := keep_answer(p_key, p_fingerprint, p_status, p_body, p_at);
    outcome := kept.outcome;
    status := kept.status;
    body := kept.body;
    if outcome <> 'kept' then
        return;
    end if;
    if p_expected = 0 then
        insert into cart (id, version, doc, updated_at) values (p_id, 1, p_doc, p_at)
        on conflict (id) do nothing;
    else
        update cart set version = p_expected + 1, doc = p_doc, updated_at = p_at
        where id = p_id and version = p_expected and order_id is null;
    end if;
    if found then
        outcome := 'written';
    else
        outcome := 'stale';
        delete from idempotency_key where key = p_key;
    end if;
end
$$;
