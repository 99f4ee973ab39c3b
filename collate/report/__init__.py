"""A collation → bytes for people and programs; decides nothing."""
