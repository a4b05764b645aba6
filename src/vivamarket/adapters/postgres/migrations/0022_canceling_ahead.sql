-- Orders that are ending. They are few, and one that a clock that was ahead looked away from is found here.
CREATE INDEX orders_canceling ON orders (expire_at) WHERE status = 'canceling';
