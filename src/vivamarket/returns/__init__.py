"""What customers send back: asked for, approved, received, given money for.

Owns returns and their steps. Does not own the money that goes back (checkout) nor the stock that comes in
(inventory): it asks both, once, through its port ``ReturnEffects``.
"""
