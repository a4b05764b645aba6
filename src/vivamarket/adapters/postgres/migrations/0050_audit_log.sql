-- What staff did. Entries are only ever added: triggers refuse everything else, and the chain of hashes shows
-- what somebody with more rights than the shop did all the same.

CREATE TABLE audit_entry (
    seq       bigint PRIMARY KEY,
    -- Canonical JSON; the hash is over these very bytes.
    body      text COLLATE "C" NOT NULL,
    hash      bytea NOT NULL CHECK (length(hash) = 32),
    -- What entries are found by, computed from the text, so that it cannot say something else.
    phase     text COLLATE "C" NOT NULL GENERATED ALWAYS AS (body::jsonb ->> 'phase') STORED,
    operation text COLLATE "C" NOT NULL GENERATED ALWAYS AS (body::jsonb ->> 'operation') STORED,
    resource  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (body::jsonb ->> 'resource') STORED,
    actor_id  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (body::jsonb -> 'actor' ->> 'id') STORED,
    at_us     bigint NOT NULL GENERATED ALWAYS AS ((body::jsonb ->> 'at_us')::bigint) STORED,
    intention bigint GENERATED ALWAYS AS ((body::jsonb ->> 'intention')::bigint) STORED
);
CREATE UNIQUE INDEX audit_entry_outcome ON audit_entry (intention) WHERE intention IS NOT NULL;
CREATE INDEX audit_entry_by_time ON audit_entry (at_us, seq) WHERE phase <> 'outcome';
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, seq) WHERE phase <> 'outcome';
CREATE INDEX audit_entry_by_operation ON audit_entry (operation, seq) WHERE phase <> 'outcome';
CREATE INDEX audit_entry_by_resource ON audit_entry (resource, seq) WHERE phase <> 'outcome';

-- The end of the chain. Its row is the lock of those who add; nobody who reads waits for it.
CREATE TABLE audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq      bigint NOT NULL,
    hash     bytea NOT NULL CHECK (length(hash) = 32)
);
INSERT INTO audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION audit_append(new_body text, OUT seq bigint, OUT hash bytea) LANGUAGE plpgsql AS $$
DECLARE
    head audit_head%ROWTYPE;
BEGIN
    SELECT * INTO STRICT head FROM audit_head FOR UPDATE;
    seq := head.seq + 1;
    hash := sha256(head.hash || int8send(seq) || convert_to(new_body, 'UTF8'));
    INSERT INTO audit_entry (seq, body, hash) VALUES (audit_append.seq, new_body, audit_append.hash);
    UPDATE audit_head h SET seq = audit_append.seq, hash = audit_append.hash;
END
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_stays_whole BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_stays_whole BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
