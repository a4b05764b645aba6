-- Which carts and which orders are whose. Nothing about placing an order changes: an order is a customer's
-- because its cart is, or because it was placed with the customer's confirmed address.

CREATE TABLE customer_cart (
    cart_id     text COLLATE "C" PRIMARY KEY REFERENCES cart ON DELETE CASCADE,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    since       timestamptz NOT NULL
);
CREATE INDEX customer_cart_of_customer ON customer_cart (customer_id, since DESC);

CREATE TABLE customer_order (
    order_id    uuid PRIMARY KEY REFERENCES orders,
    customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE
);
CREATE INDEX customer_order_of_customer ON customer_order (customer_id, order_id DESC);

-- Guest orders are looked for by their address. This index is written by every placed order.
CREATE INDEX orders_by_address ON orders (lower(email));
