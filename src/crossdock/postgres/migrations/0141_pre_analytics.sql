-- The schema for business intelligence: views with a comment on every column, and a role that may read nothing else. No view
-- has a body, a payload, an address or a person's name in it. docs/reference/analytics.md is made of these comments.
-- Lock: none (new schema, new views). Time: milliseconds. Back: drop schema analytics cascade; the role may stay, or be dropped.

create schema analytics;
comment on schema analytics is 'What may be read for analysis: stable names over the tables, which may change with any release.';

create view analytics.dossiers as
select id as dossier_id, split_part(ident, '|', 1) as kind, split_part(ident, '|', 3) as number,
    starts_with(split_part(ident, '|', 3), 'CROSSDOCK-CANARY-') as synthetic, label as headline, version as changes
from public.dossier;
comment on view analytics.dossiers is 'Everything known for one key: an order, a load, a run, an appointment, the stock of an item.';
comment on column analytics.dossiers.dossier_id is 'Its number here; every other view names it.';
comment on column analytics.dossiers.kind is 'What it is about: order, load, run, appointment, channel_order, stock, warehouse or check.';
comment on column analytics.dossiers.number is 'The number it is known by outside: an order number, a load number.';
comment on column analytics.dossiers.synthetic is 'True of canary orders: leave them out of everything about the business.';
comment on column analytics.dossiers.headline is 'How it stands in a few words, as lists show it.';
comment on column analytics.dossiers.changes is 'In how many transactions it changed.';

create view analytics.identifiers as
select dossier as dossier_id, split_part(ident, '|', 1) as scheme, split_part(ident, '|', 2) as issuer,
    split_part(ident, '|', 3) as identifier
from public.link;
comment on view analytics.identifiers is 'Every identifier anybody has for a dossier: shipment, PRO, bill of lading, SSCC, invoice.';
comment on column analytics.identifiers.dossier_id is 'Whose it is.';
comment on column analytics.identifiers.scheme is 'What kind of identifier: order, shipment, pro, bol, sscc, invoice and others.';
comment on column analytics.identifiers.issuer is 'Who issued it; empty where it is ours, or is the same everywhere.';
comment on column analytics.identifiers.identifier is 'The identifier itself.';

create view analytics.facts as
select dossier || '.' || seq as fact_id, dossier as dossier_id, seq as position, type, partner as source,
    (array['APPLY', 'SUPPRESS', 'RECORD', 'HOLD', 'SUPERSEDE', 'REJECT', 'ESCALATE', 'QUARANTINE', 'REJECT', 'SUPPRESS'])[disposition + 1]
        as disposition,
    occurred as occurred_at, received as received_at, recorded as recorded_at, message as message_id, cause as caused_by
from public.event;
comment on view analytics.facts is 'The log: what was said, by whom, when, and what became of it. What was concluded from a fact stands in its row.';
comment on column analytics.facts.fact_id is 'The id of the fact, as everything else names it.';
comment on column analytics.facts.dossier_id is 'Whose log it stands in.';
comment on column analytics.facts.position is 'Its number in that log; the order of arrival, not of the world.';
comment on column analytics.facts.type is 'What was said, as shipment.delivered; absent where it is packed with the body: the export has it always.';
comment on column analytics.facts.source is 'The partner who said it; crossdock for what was concluded here.';
comment on column analytics.facts.disposition is 'What became of it; exactly one at any time.';
comment on column analytics.facts.occurred_at is 'When it happened in the world.';
comment on column analytics.facts.received_at is 'When it reached us.';
comment on column analytics.facts.recorded_at is 'When it was durable here.';
comment on column analytics.facts.message_id is 'The kept message it came in; absent of a single fact over HTTP, which is its own.';
comment on column analytics.facts.caused_by is 'The fact that made us conclude or ask for this one; absent of what came from outside.';

create view analytics.deliveries as
select id as delivery_id, dossier as dossier_id, partner, coalesce(type, split_part(idempotency_key, ':', 1)) as command,
    case state when 'open' then 'ready' else state end as state, attempts, lane as priority,
    coalesce(created, due) as made_at, null::timestamptz as ended_at, '' as reference
from public.delivery
union all
select id, dossier, partner, type, outcome, attempts, lane, created, ended, reference from public.delivery_log;
comment on view analytics.deliveries is 'Commands to partners: on their way, and how each run ended.';
comment on column analytics.deliveries.delivery_id is 'Its number; a command sent again by a person has another row of the same number.';
comment on column analytics.deliveries.dossier_id is 'Which dossier asked for it; 0 for alerts to our own people.';
comment on column analytics.deliveries.partner is 'Who is to do it.';
comment on column analytics.deliveries.command is 'What is asked for, as release_to_warehouse.';
comment on column analytics.deliveries.state is 'ready, unknown, awaiting or parked on the way; delivered, refused, parked or skipped at the end.';
comment on column analytics.deliveries.attempts is 'How often it was tried.';
comment on column analytics.deliveries.priority is 'Its class: 0 is the most urgent, 3 the least.';
comment on column analytics.deliveries.made_at is 'When it was asked for.';
comment on column analytics.deliveries.ended_at is 'When its run ended; absent on the way.';
comment on column analytics.deliveries.reference is 'The partner''s own number of what it did; empty where it gave none.';

create view analytics.cases as
select c.id as case_id, c.code, c.queue, c.severity, c.subject, c.dossier as dossier_id, c.opened as opened_at,
    c.closed as closed_at, c.occurrences, c.reopened as times_reopened, d.state, d.escalations, d.due_ack as due_ack_at,
    d.due_resolve as due_resolve_at, d.price, d.currency
from public.exception_case c left join public.case_desk d on d.case_id = c.id;
comment on view analytics.cases is 'Exception cases, open and closed. Who has one is not told here.';
comment on column analytics.cases.case_id is 'Its number.';
comment on column analytics.cases.code is 'Which exception, as TRN-04.';
comment on column analytics.cases.queue is 'Whose work it is: WHS, TRN, CUS, CSR, FIN, MDM or INT.';
comment on column analytics.cases.severity is '1 is the gravest, 4 the least.';
comment on column analytics.cases.subject is 'What it is about.';
comment on column analytics.cases.dossier_id is 'Which dossier; 0 where it concerns a partner or the hub.';
comment on column analytics.cases.opened_at is 'When it was opened.';
comment on column analytics.cases.closed_at is 'When a fact or a check closed it; absent while it is open.';
comment on column analytics.cases.occurrences is 'How often the same was found while it was open.';
comment on column analytics.cases.times_reopened is 'How often it came back within a day.';
comment on column analytics.cases.state is 'How its work stands; absent for a moment after it was opened.';
comment on column analytics.cases.escalations is 'How often it was escalated.';
comment on column analytics.cases.due_ack_at is 'By when somebody has to take it.';
comment on column analytics.cases.due_resolve_at is 'By when it has to be solved.';
comment on column analytics.cases.price is 'What it costs by contract, without what grows by the hour.';
comment on column analytics.cases.currency is 'Of price.';

create view analytics.kpi_contributions as
select dossier as dossier_id, kpi, slot, at as counted_at, since as open_since, value, weight, dimension
from public.measure;
comment on view analytics.kpi_contributions is 'What each dossier adds to each KPI of domain.md §7: a sample, or a numerator and a denominator.';
comment on column analytics.kpi_contributions.dossier_id is 'Whose contribution it is.';
comment on column analytics.kpi_contributions.kpi is 'Which KPI, K-01 to K-42.';
comment on column analytics.kpi_contributions.slot is 'Which one of several the dossier makes to this KPI.';
comment on column analytics.kpi_contributions.counted_at is 'The instant that says in which window it counts.';
comment on column analytics.kpi_contributions.open_since is 'Since when it ages; absent where it is over.';
comment on column analytics.kpi_contributions.value is 'A sample in seconds or units, or the numerator of a share.';
comment on column analytics.kpi_contributions.weight is 'The denominator of a share, or the weight of a sample.';
comment on column analytics.kpi_contributions.dimension is 'The partner, warehouse or carrier it may be cut by; may be empty.';

create view analytics.promises as
select split_part(objective, '@', 1) as promise, bucket as begins_at, good as kept, total from public.slo_bucket;
comment on view analytics.promises is 'Promises counted in stretches of five minutes.';
comment on column analytics.promises.promise is 'Its name in crossdock.toml, or that of a class (p0-p95).';
comment on column analytics.promises.begins_at is 'When the five minutes begin.';
comment on column analytics.promises.kept is 'How many kept it.';
comment on column analytics.promises.total is 'Of how many.';

create view analytics.messages as
select id as message_id, partner, channel, status, received as received_at, facts, control as control_number,
    nullif(original, '') as rerun_of
from public.message;
comment on view analytics.messages is 'Messages in partners'' own dialects, without their bytes.';
comment on column analytics.messages.message_id is 'Its id.';
comment on column analytics.messages.partner is 'Who sent it.';
comment on column analytics.messages.channel is 'How it came: http, folder, as2 and others.';
comment on column analytics.messages.status is 'accepted, partial, refused or duplicate.';
comment on column analytics.messages.received_at is 'When it came.';
comment on column analytics.messages.facts is 'How many facts were made of it.';
comment on column analytics.messages.control_number is 'The sender''s own number of it; may be empty.';
comment on column analytics.messages.rerun_of is 'The message this row is another run of; absent of a message itself.';

create view analytics.reconciliations as
select id as run_id, check_id, partner, at as ran_at, as_of, left_count as ours, right_count as theirs, matched, tolerated,
    in_flight, missing_left as missing_here, missing_right as missing_there, different, nullif(failed, '') as failed
from public.recon_result;
comment on view analytics.reconciliations is 'Runs of checks between our books and a partner''s.';
comment on column analytics.reconciliations.run_id is 'Its number.';
comment on column analytics.reconciliations.check_id is 'Which check, RC-01 to RC-16.';
comment on column analytics.reconciliations.partner is 'Whose books were compared with ours.';
comment on column analytics.reconciliations.ran_at is 'When.';
comment on column analytics.reconciliations.as_of is 'As of when both sides were read.';
comment on column analytics.reconciliations.ours is 'How many we have.';
comment on column analytics.reconciliations.theirs is 'How many they have.';
comment on column analytics.reconciliations.matched is 'How many are the same.';
comment on column analytics.reconciliations.tolerated is 'How many differ by no more than is agreed.';
comment on column analytics.reconciliations.in_flight is 'How many are under way and not counted.';
comment on column analytics.reconciliations.missing_here is 'How many only they have.';
comment on column analytics.reconciliations.missing_there is 'How many only we have.';
comment on column analytics.reconciliations.different is 'How many differ.';
comment on column analytics.reconciliations.failed is 'Why it did not run to its end; absent when it did.';

create view analytics.differences as
select check_id, partner, key as about, code, outcome, first as first_seen_at, runs, healed
from public.recon_break;
comment on view analytics.differences is 'Differences a check found and no run has found gone yet.';
comment on column analytics.differences.check_id is 'Which check.';
comment on column analytics.differences.partner is 'Whose books.';
comment on column analytics.differences.about is 'What differs: an order, a shipment, an item at a site.';
comment on column analytics.differences.code is 'The exception it is a case of.';
comment on column analytics.differences.outcome is 'In which way it differs.';
comment on column analytics.differences.first_seen_at is 'When a run first found it.';
comment on column analytics.differences.runs is 'How many runs have found it.';
comment on column analytics.differences.healed is 'Whether we have asked for it to be put right.';

-- A role belongs to the server, not to this database: it may be there already, or be somebody else's to make.
do $$
begin
    begin
        create role crossdock_analytics nologin;
    exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then
            raise notice 'crossdock_analytics: let whoever runs this server create it, then grant as in this file';
            return;
    end;
    grant usage on schema analytics to crossdock_analytics;
    grant select on all tables in schema analytics to crossdock_analytics;
end
$$;
