-- What each dossier contributes to each KPI, replaced whole whenever its log grows; figures are sums over it.
-- Lock: none (a new table). Time: milliseconds. Back: drop the table, and the row `kpi` of relay_cursor.

create table measure (
    dossier   bigint not null,
    at        timestamptz not null,
    since     timestamptz,
    value     numeric not null,
    weight    numeric not null,
    kpi       text not null,
    slot      text not null,
    dimension text not null default '',
    primary key (dossier, kpi, slot)
);

create index measure_window on measure (kpi, at);
create index measure_open on measure (kpi, since) where since is not null;

comment on table measure is 'A dossier''s contributions to KPIs (domain.md 7); derived from its log, may be rebuilt.';
