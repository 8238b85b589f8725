create schema operations;

-- A job runs once for each business date on however many nodes; a run left by a dead node is taken up.
create table operations.job_run (
    job           text        not null,
    business_date date        not null,
    state         text        not null check (state in ('running', 'done')),
    node          text        not null,
    lease_until   timestamptz not null,
    started_at    timestamptz not null,
    finished_at   timestamptz,
    result        text,
    primary key (job, business_date)
);
