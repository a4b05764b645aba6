"""Setting a worker's database back to what the migrations made, without making it anew.

A fresh clone of all tables and their indexes takes long, and a test writes into few of them. So only what
holds rows is emptied, what the migrations themselves wrote is put back, and sequences start again.
Whatever else a test did (a new table, a changed column, a switched-off trigger) shows in the fingerprint of
the catalogue; then the caller makes a fresh clone.
"""

from __future__ import annotations

import json

import asyncpg

CLOSE_TIMEOUT_MS = 10_000

_CLOSE_OTHERS = f"""
select count(*) filter (where not pg_terminate_backend(pid, {CLOSE_TIMEOUT_MS}))
from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
"""

#: All that is defined, by what changes when it is defined otherwise; emptying a table changes nothing here.
_FINGERPRINT = """
select md5(string_agg(thing, ',' order by thing)) from (
    select concat_ws(' ', 'class', oid, relname, relkind, relnatts, reloptions, relacl) as thing
    from pg_class where oid >= 16384 and relpersistence <> 't'
    union all select concat_ws(' ', 'column', attrelid, attnum, xmin)
    from pg_attribute where attrelid >= 16384
    union all select concat_ws(' ', 'trigger', oid, tgenabled, xmin) from pg_trigger where oid >= 16384
    union all select concat_ws(' ', 'function', oid, xmin) from pg_proc where oid >= 16384
    union all select concat_ws(' ', 'constraint', oid, xmin) from pg_constraint where oid >= 16384
    union all select concat_ws(' ', 'schema', oid, nspname) from pg_namespace
        where oid >= 16384 and nspname not like 'pg\\_%'
    union all select concat_ws(' ', 'type', oid, xmin) from pg_type where oid >= 16384
    union all select concat_ws(' ', 'setting', setconfig) from pg_db_role_setting
    union all select concat_ws(' ', 'large object', oid) from pg_largeobject_metadata
) as defined
"""

_TABLES = """
select c.oid::regclass::text as name,
       (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = 'public' order by 1
"""

#: A table in which nothing was ever written has no page; one that was, keeps them until it is truncated.
_SET_BACK = """
do $$
declare
    kept jsonb := {kept};
    found record;
    dirty text;
    hash text;
begin
    set local session_replication_role = replica;  -- append-only tables refuse to be emptied otherwise
    select string_agg(c.oid::regclass::text, ', ') into dirty
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = 'public' and pg_relation_size(c.oid) > 0
      and not kept ? c.oid::regclass::text;
    if dirty is not null then
        execute 'truncate ' || dirty || ' cascade';  -- empty tables may refer to them
    end if;
    for found in select * from jsonb_each(kept) loop
        execute format('select md5(coalesce(jsonb_agg(to_jsonb(t) order by t::text)::text, '''')) from %s t',
                       found.key) into hash;
        if hash <> found.value ->> 'hash' then
            execute format('delete from %s', found.key);
            execute format('insert into %1$s (%2$s) overriding system value select %2$s
                            from jsonb_populate_recordset(null::%1$s, $1)',
                           found.key, found.value ->> 'columns')
                using found.value -> 'rows';
        end if;
    end loop;
end $$;
select setval(seqrelid, case when called then value else start end, called)
from (select s.seqrelid, s.seqstart as start, pg_sequence_last_value(s.seqrelid) as now,
             (before.value ->> 0)::bigint as value, before.value ->> 0 is not null as called
      from pg_sequence s
      join jsonb_each({sequences}) as before on before.key = s.seqrelid::regclass::text) as each
where now is distinct from value;
"""


class Pristine:
    """What a database held when the migrations had made it."""

    def __init__(self, fingerprint: str, set_back: str) -> None:
        self._fingerprint = fingerprint
        self._set_back = set_back

    @classmethod
    async def read(cls, connection: asyncpg.Connection) -> Pristine:
        """Remember a database that nobody has used yet."""
        kept = {}
        for table in await connection.fetch(_TABLES):
            select = (
                f"select coalesce(jsonb_agg(to_jsonb(t) order by t::text)::text, '') from {table['name']} t"
            )
            rows = await connection.fetchval(select)
            if rows:
                digest = await connection.fetchval("select md5($1::text)", rows)
                kept[table["name"]] = {"hash": digest, "columns": table["columns"], "rows": json.loads(rows)}
        sequences = await connection.fetchval(
            "select coalesce(jsonb_object_agg(seqrelid::regclass::text,"
            " jsonb_build_array(pg_sequence_last_value(seqrelid))), '{}')::text from pg_sequence"
        )
        text = _SET_BACK.format(kept=_literal(json.dumps(kept)), sequences=_literal(sequences))
        return cls(await connection.fetchval(_FINGERPRINT), text)

    async def set_back(self, connection: asyncpg.Connection) -> bool:
        """Make the database what it was, close all others who use it; ``False`` when that cannot be."""
        if await connection.fetchval(_CLOSE_OTHERS) > 0:
            return False
        if await connection.fetchval(_FINGERPRINT) != self._fingerprint:
            return False
        await connection.execute(self._set_back)
        return True


def _literal(document: str) -> str:
    quoted = document.replace("'", "''")
    return f"'{quoted}'::jsonb"
