"""A small CRM that speaks the Organization service, for the demo and for tests; it checks each body."""
