-- How far a key reaches, as JSON (ports.principal.Reach); empty for everything. Row-level security holds it like the reach of people
-- (0159).
-- Lock: ACCESS EXCLUSIVE on api_key for milliseconds (constant default, a handful of rows). Time: milliseconds. Back: drop the column.

alter table api_key add column reach text not null default '';

comment on column api_key.reach is 'Partners, sites, business units and customers it reaches, as JSON; empty for everything.';
