-- The checks of morning, afternoon and evening, line by line, kept.
create table operations.check_run (
    id            bigint      generated always as identity primary key,
    job           text        not null,
    business_date date        not null,
    begun_at      timestamptz not null,
    ended_at      timestamptz,
    unique (job, business_date)
);
create table operations.check_line (
    run_id   bigint  not null references operations.check_run on delete cascade,
    no       integer not null,
    name     text    not null,
    outcome  text    not null check (outcome in ('ok', 'warning', 'failed', 'skipped', 'told')),
    evidence text    not null,
    millis   integer not null,
    primary key (run_id, no)
);
