"""The catalogue's SQL: one statement, one name. Arrays in, sets out; no statement runs per product."""

from __future__ import annotations

#: Writers of products hold this shared, writers of categories alone: nobody is shelved by an old tree.
LOCK_TREE_SHARED = "SELECT pg_advisory_xact_lock_shared(7201001)"
LOCK_TREE = "SELECT pg_advisory_xact_lock(7201001)"

# Reading products

GET_MANY = "SELECT id, document FROM product WHERE id = ANY($1::uuid[])"

BY_SLUGS = """
SELECT s.slug, s.is_current, p.id, p.slugs
  FROM product_slug s JOIN product p ON p.id = s.product_id
 WHERE s.locale = $1 AND s.slug = ANY($2::text[])
"""

SKU_OWNERS = "SELECT sku, product_id FROM product_sku WHERE sku = ANY($1::text[])"

BY_SKUS = """
SELECT s.sku, s.product_id, p.document
  FROM product_sku s JOIN product p ON p.id = s.product_id
 WHERE s.sku = ANY($1::text[])
"""

LIST_NEWEST = """
SELECT listed.created_at, listed.product_id, p.document
  FROM (SELECT created_at, product_id FROM product_newest
         WHERE shelf = $1 AND (created_at, product_id) < ($2::timestamptz, $3::uuid)
         ORDER BY created_at DESC, product_id DESC LIMIT $4) AS listed
  JOIN product p ON p.id = listed.product_id
 ORDER BY listed.created_at DESC, listed.product_id DESC
"""

LIST_BY_NAME = """
SELECT listed.name, listed.product_id, p.document
  FROM (SELECT name, product_id FROM product_by_name
         WHERE shelf = $1 AND locale = $2 AND (name, product_id) > ($3::text COLLATE "C", $4::uuid)
         ORDER BY name, product_id LIMIT $5) AS listed
  JOIN product p ON p.id = listed.product_id
 ORDER BY listed.name, listed.product_id
"""

# The first of each category by its own index, then the first of them all.
MEMBERS = """
SELECT p.id, p.document
  FROM (SELECT DISTINCT own.product_id
          FROM category c
         CROSS JOIN LATERAL (SELECT product_id FROM product_category
                              WHERE category_id = c.id AND product_id > $2
                              ORDER BY product_id LIMIT $3) AS own
         WHERE c.path @> ARRAY[$1::uuid]
         ORDER BY own.product_id LIMIT $3) AS member
  JOIN product p ON p.id = member.product_id
 ORDER BY p.id
"""

SCAN = "SELECT id, document FROM product WHERE id > $1 ORDER BY id LIMIT $2"

ACTIVE_COUNTS = "SELECT shelf, count(*) AS products FROM product_newest WHERE shelf <> $1 GROUP BY shelf"

# Writing products

LOCK_PRODUCTS = """
SELECT id, version, status, created_at, skus, slugs, names, category_ids, shelves
  FROM product WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
"""

SLUG_OWNERS = """
SELECT s.locale, s.slug, s.product_id
  FROM unnest($1::text[], $2::text[]) AS wanted (locale, slug)
  JOIN product_slug s ON s.locale = wanted.locale AND s.slug = wanted.slug
 WHERE s.is_current
"""

PATHS = "SELECT id, path FROM category WHERE id = ANY($1::uuid[])"

INSERT_PRODUCTS = """
INSERT INTO product (id, version, status, created_at, skus, slugs, names, category_ids, shelves, document)
SELECT id, version, status, created_at, skus, slugs, names, category_ids::uuid[], shelves::uuid[], document
  FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::jsonb[], $7::jsonb[],
              $8::text[], $9::text[], $10::jsonb[])
       AS new (id, version, status, created_at, skus, slugs, names, category_ids, shelves, document)
"""

UPDATE_PRODUCTS = """
UPDATE product p
   SET version = new.version, status = new.status, created_at = new.created_at, skus = new.skus,
       slugs = new.slugs, names = new.names, category_ids = new.category_ids::uuid[],
       shelves = new.shelves::uuid[], document = new.document
  FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::jsonb[], $7::jsonb[],
              $8::text[], $9::text[], $10::jsonb[])
       AS new (id, version, status, created_at, skus, slugs, names, category_ids, shelves, document)
 WHERE p.id = new.id
"""

DELETE_SKUS = "DELETE FROM product_sku WHERE sku = ANY($1::text[])"
INSERT_SKUS = "INSERT INTO product_sku (sku, product_id) SELECT * FROM unnest($1::text[], $2::uuid[])"

RETIRE_SLUGS = """
UPDATE product_slug s SET is_current = false
  FROM unnest($1::text[], $2::text[]) AS old (locale, slug)
 WHERE s.locale = old.locale AND s.slug = old.slug
"""
# A slug that somebody left behind is free; a current one is not, and then the row count falls short.
CLAIM_SLUGS = """
INSERT INTO product_slug AS s (locale, slug, product_id, is_current)
SELECT locale, slug, product_id, true
  FROM unnest($1::text[], $2::text[], $3::uuid[]) AS new (locale, slug, product_id)
    ON CONFLICT (locale, slug) DO UPDATE SET product_id = excluded.product_id, is_current = true
 WHERE NOT s.is_current
"""

DELETE_CATEGORIES_OF = """
DELETE FROM product_category pc USING unnest($1::uuid[], $2::uuid[]) AS old (category_id, product_id)
 WHERE pc.category_id = old.category_id AND pc.product_id = old.product_id
"""
INSERT_CATEGORIES_OF = """
INSERT INTO product_category (category_id, product_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])
"""

DELETE_NEWEST = """
DELETE FROM product_newest l
 USING unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS old (shelf, created_at, product_id)
 WHERE l.shelf = old.shelf AND l.created_at = old.created_at AND l.product_id = old.product_id
"""
INSERT_NEWEST = """
INSERT INTO product_newest (shelf, created_at, product_id)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[])
"""

DELETE_BY_NAME = """
DELETE FROM product_by_name l
 USING unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS old (shelf, locale, name, product_id)
 WHERE l.shelf = old.shelf AND l.locale = old.locale AND l.name = old.name AND l.product_id = old.product_id
"""
INSERT_BY_NAME = """
INSERT INTO product_by_name (shelf, locale, name, product_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
"""

DELETE_PRODUCT = "DELETE FROM product WHERE id = $1"

# Categories

CATEGORIES = "SELECT document FROM category ORDER BY cardinality(path), position, id LIMIT $1"
CATEGORY = "SELECT id, version, path, slugs FROM category WHERE id = $1"

CATEGORY_BY_SLUG = """
SELECT s.is_current, c.id, c.slugs
  FROM category_slug s JOIN category c ON c.id = s.category_id
 WHERE s.locale = $1 AND s.slug = $2
"""

CATEGORY_SLUG_OWNERS = """
SELECT s.locale, s.slug
  FROM unnest($1::text[], $2::text[]) AS wanted (locale, slug)
  JOIN category_slug s ON s.locale = wanted.locale AND s.slug = wanted.slug
 WHERE s.is_current AND s.category_id <> $3
"""

PUT_CATEGORY = """
INSERT INTO category (id, version, parent_id, position, path, slugs, document)
VALUES ($1, $2, $3, $4, $5::uuid[], $6, $7)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, parent_id = excluded.parent_id,
       position = excluded.position, path = excluded.path, slugs = excluded.slugs,
       document = excluded.document
"""

DEPTH_BELOW = "SELECT coalesce(max(cardinality(path)), 0) FROM category WHERE path @> ARRAY[$1::uuid]"

MOVE_BELOW = """
UPDATE category SET path = $2::uuid[] || path[cardinality($3::uuid[]) + 1:]
 WHERE path @> ARRAY[$1::uuid] AND id <> $1
"""
RESHELVE = "SELECT catalog_reshelve($1)"

RETIRE_CATEGORY_SLUGS = "UPDATE category_slug SET is_current = false WHERE category_id = $1"
CLAIM_CATEGORY_SLUGS = """
INSERT INTO category_slug (locale, slug, category_id, is_current)
SELECT locale, slug, $3, true FROM unnest($1::text[], $2::text[]) AS new (locale, slug)
    ON CONFLICT (locale, slug) DO UPDATE SET category_id = excluded.category_id, is_current = true
"""

CATEGORY_IN_USE = """
SELECT EXISTS (SELECT FROM category WHERE parent_id = $1)
    OR EXISTS (SELECT FROM product_category WHERE category_id = $1)
"""
DELETE_CATEGORY = "DELETE FROM category WHERE id = $1"

# The change feed

TELL = "SELECT catalog_tell($1::text[], $2::uuid[], $3::bigint[], $4)"
CHANGES = """
SELECT position, kind, id, version, at FROM catalog_change WHERE position > $1 ORDER BY position LIMIT $2
"""
FEED = "SELECT head, trimmed FROM catalog_feed"
TRIM = "UPDATE catalog_feed SET trimmed = greatest(trimmed, head - $1) RETURNING trimmed"
FORGET = "DELETE FROM catalog_change WHERE position <= $1"
