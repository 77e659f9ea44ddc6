-- Wake the deliverer when commands are committed: one notification a partner and statement, in the writer's own commit.
-- Lock: SHARE ROW EXCLUSIVE on delivery for milliseconds. Back: drop the trigger and the function.

create function notify_delivery() returns trigger language plpgsql as $$
begin
    perform pg_notify('crossdock_delivery', partner) from (select distinct partner from fresh) as partners;
    return null;
end
$$;

create trigger delivery_arrived after insert on delivery
    referencing new table as fresh for each statement execute function notify_delivery();
