-- A message run again after its mapping was mended: its own row names the one whose bytes it used (G-33, S-38).
-- Lock: ACCESS EXCLUSIVE on message for milliseconds (constant default). Back: drop the column.

alter table message add column original text not null default '';
