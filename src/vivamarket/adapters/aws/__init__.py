"""The shop's ports in AWS: one module per service, its SDK imported when it is first needed."""
