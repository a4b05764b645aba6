-- Holds that are over and that somebody looks away from. They are few, and one that was put off by a clock
-- that was ahead is found here.
CREATE INDEX orders_put_off ON orders (expires_at) WHERE expire_at > expires_at;
