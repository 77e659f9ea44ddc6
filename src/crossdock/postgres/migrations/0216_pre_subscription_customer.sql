-- Subscriptions of customers: a customer's hears the news of that customer (0215) and nothing of the event log. What customers do
-- with them runs in the role `crossdock_portal`, to which the database shows those of `crossdock.customer` alone; the hub sends as
-- the owner of the tables, whom the policies do not concern.
-- Lock: ACCESS EXCLUSIVE on four small tables for milliseconds (constant default, catalogue). Time: milliseconds. Back: disable row
-- level security on the four, drop the policies, revoke the grants, drop the column.

alter table subscription add column customer text not null default '';

comment on column subscription.customer is 'Whose news it hears; empty for a subscription to the event log. Then tx is the number of the last news.';

alter table subscription enable row level security;
alter table subscription_event enable row level security;
alter table subscription_attempt enable row level security;
alter table subscription_notice enable row level security;

do $$
begin
    if not exists (select from pg_roles where rolname = 'crossdock_portal') then
        return;
    end if;
    create policy own_rows on subscription to crossdock_portal
        using (customer = nullif(current_setting('crossdock.customer', true), ''));
    create policy own_rows on subscription_event to crossdock_portal
        using (exists (select from subscription s where s.id = subscription_event.subscription));
    create policy own_rows on subscription_attempt to crossdock_portal
        using (exists (select from subscription_event e where e.number = subscription_attempt.number));
    create policy own_rows on subscription_notice to crossdock_portal
        using (exists (select from subscription s where s.id = subscription_notice.subscription));
    grant select, insert, delete on subscription to crossdock_portal;
    grant update (paused, open_until, generation, rotated) on subscription to crossdock_portal;
    grant select, insert on subscription_event to crossdock_portal;
    grant update (state, due, strikes, first_tried, ended) on subscription_event to crossdock_portal;
    grant select on subscription_attempt, subscription_notice to crossdock_portal;
exception
    when insufficient_privilege then null;
end
$$;
