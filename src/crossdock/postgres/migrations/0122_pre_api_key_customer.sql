-- Whose orders a key may ask for in the portal's API; empty for all other keys, which may ask for none there.
-- Lock: ACCESS EXCLUSIVE on api_key for milliseconds (constant default, a handful of rows). Back: drop the column.

alter table api_key add column customer text not null default '';
