-- What staff find customers by: how an address, a name or a last name begins.
CREATE INDEX customer_by_address ON customer (email text_pattern_ops);
CREATE INDEX customer_by_name ON customer (lower(name) text_pattern_ops);
CREATE INDEX customer_by_last_name ON customer (lower(split_part(name, ' ', -1)) text_pattern_ops);
