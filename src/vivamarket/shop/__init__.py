"""The shop itself: its name, languages, currencies, home and the countries it sells to.

Owns the shop profile, read once at start from a TOML file (`default.toml` unless the shop brings its
own). Tax and shipping rules stand in the same file and are owned by `tax` and `shipping`.
"""
