-- One chain of acts for everything that is done by hand, not for cases alone: the chain of cases goes on under a wider name.
-- Lock: ACCESS EXCLUSIVE on case_act for milliseconds (a new name, a constant default, no rewrite), SHARE while the index is built:
-- seconds a million acts. Back: drop view and column, give the table its old name. Code from before writes through the view; its own
-- check of the chain would stumble over acts on other things.

alter table case_act rename to act;

alter table act add column object text not null default '';

create index act_object on act (object, id) where object <> '';

comment on table act is 'Every act by hand, never changed: each row''s hash covers its content and the hash before it.';
comment on column act.object is 'What it was done to, where that is no case: kind and id.';

create view case_act as
    select id, case_id, at, act, person, key, reason, before, after, prev, hash from act;
