-- The hubs that run on this database, so that what one held when it died is free before its leases end.
create table operations.node (
    node       text        primary key,
    role       text        not null,
    version    text        not null,
    started_at timestamptz not null default now(), -- by the database's clock, as all times here
    beat_at    timestamptz not null default now()
);

-- Who holds a claim; null on claims of a node of the version before, which end with their lease as ever.
alter table accounts.api_request add column node text;
alter table billing.request add column node text;
alter table content.vendor_slot add column node text;
alter table content.speech_part add column node text;
alter table content.thumbnail_claim add column node text;

-- Logins of operators that failed, by client address, on all nodes together.
create table operations.login_failure (
    address  text        primary key,
    began_at timestamptz not null, -- by the database's clock: nobody gets in by moving the time
    failures integer     not null
);
