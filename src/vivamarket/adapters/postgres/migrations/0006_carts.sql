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
