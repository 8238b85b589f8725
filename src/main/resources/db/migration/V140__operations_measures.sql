-- How vendors do: what was counted of real calls, and what probes found.

-- What was done in a minute, on all nodes together.
create table operations.measure (
    name    text        not null, -- vendor, intake, answer …
    subject text        not null, -- which vendor, service, chain
    minute  timestamptz not null,
    calls   bigint      not null,
    errors  bigint      not null,
    millis  bigint      not null, -- of all calls together
    buckets bigint[]    not null, -- calls by duration; the bounds stand in Measures
    primary key (name, subject, minute)
) with (fillfactor = 80);
create index measure_minute on operations.measure (minute);

-- A vendor as it answered last, and when it is asked again.
create table operations.vendor (
    vendor      text        primary key,
    status      text        not null default 'unknown'
        check (status in ('unknown', 'healthy', 'degraded', 'unhealthy', 'off')),
    since       timestamptz,          -- it has had this status
    probed_at   timestamptz,
    millis      integer,
    error       text,
    due_at      timestamptz not null,
    node        text,
    lease_until timestamptz           -- by the database's clock
);

-- Every probe, for a while.
create table operations.probe (
    id     bigint      generated always as identity primary key,
    vendor text        not null,
    at     timestamptz not null,
    status text        not null,
    millis integer     not null,
    error  text
);
create index probe_vendor on operations.probe (vendor, at);
create index probe_at on operations.probe (at);
