"""Stores on PostgreSQL: plain SQL through asyncpg, a pool, and numbered migrations."""
