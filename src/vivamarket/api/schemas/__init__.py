"""Bodies and answers as msgspec structs, one module per feature. They know no route."""
