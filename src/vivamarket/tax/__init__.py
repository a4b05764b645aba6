"""Sales tax: which rate applies, how it is rounded, how it is shared among lines.

Owns rates and the one calculation. Does not own prices or what is taxed (checkout asks).
"""
