-- What came in, what is to be done about it, and who may send.
create schema webhooks;

-- An event is written once and never changed, but that retention takes body and headers away.
create table webhooks.event (
    event_no    bigint generated always as identity primary key,
    service     text        not null,
    event_id    text        not null,
    type        text        not null,
    object_key  text        not null,
    change_id   text        not null,
    source      text        not null, -- delivery, reconciliation, poll, feed, test
    secret_id   text,                 -- the secret that proved the origin; null when the hub fetched the event itself
    livemode    boolean,
    api_version text,
    created_at  timestamptz,
    received_at timestamptz not null,
    headers     jsonb,
    body        bytea,
    unique (service, event_id)
);
create index event_received on webhooks.event (received_at);

-- One row of work for each event, narrow, because it changes with every step.
create table webhooks.work (
    event_no    bigint      primary key references webhooks.event on delete cascade,
    service     text        not null,
    object_key  text        not null,
    state       text        not null
        check (state in ('received', 'processing', 'retrying', 'processed', 'ignored', 'dead', 'resolved')),
    due_at      timestamptz not null,
    attempt     integer     not null default 0, -- counts claims: the fencing token
    failures    integer     not null default 0, -- counts failed tries: what the back-off goes by
    replayed    boolean     not null default false,
    node        text,
    lease_until timestamptz,
    finished_at timestamptz,
    result      text,
    error       text,
    failed_at   text
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- One event of an object at a time, whatever the nodes believe.
create unique index work_one_at_a_time on webhooks.work (service, object_key) where state = 'processing';
-- The claim walks from object to object, so that one object's backlog costs it nothing.
create index work_waiting on webhooks.work (service, object_key, due_at, event_no)
    where state in ('received', 'retrying');
create index work_dead on webhooks.work (event_no) where state = 'dead';

-- Whether a service may post.
create table webhooks.endpoint (
    service    text        primary key,
    open       boolean     not null,
    reason     text,
    changed_by text        not null,
    changed_at timestamptz not null
);

-- Secrets an operator added, and the ends of all secrets; those of the environment are known by fingerprint alone.
create table webhooks.secret (
    id         text        primary key, -- fingerprint of the secret: the same secret always has the same id
    service    text        not null,
    sealed     text,                    -- null: the environment holds it
    added_by   text        not null,
    added_at   timestamptz not null,
    ends_at    timestamptz,
    revoked_by text,
    revoked_at timestamptz
);

-- What came while the endpoint was closed: no body, no headers.
create table webhooks.closed_attempt (
    id      bigint generated always as identity primary key,
    service text        not null,
    at      timestamptz not null,
    address text        not null,
    verdict text        not null
);
create index closed_attempt_at on webhooks.closed_attempt (service, at);

-- What somebody must know of; one open row for each (kind, service, subject).
create table webhooks.alert (
    id         bigint generated always as identity primary key,
    kind       text        not null,
    service    text        not null,
    subject    text        not null,
    audience   text        not null check (audience in ('operators', 'finance')),
    message    text        not null,
    due_at     timestamptz,
    raised_at  timestamptz not null,
    last_at    timestamptz not null,
    times      integer     not null default 1,
    closed_by  text,
    closed_at  timestamptz
);
create unique index alert_open on webhooks.alert (kind, service, subject) where closed_at is null;

-- Replays: who asked for what, when, and what came of it.
create table webhooks.replay (
    id           bigint generated always as identity primary key,
    requested_by text        not null,
    requested_at timestamptz not null,
    filter       jsonb       not null,
    dry_run      boolean     not null,
    matched      integer     not null,
    finished_at  timestamptz
);
create table webhooks.replay_item (
    replay_id bigint  not null references webhooks.replay on delete cascade,
    event_no  bigint  not null references webhooks.event on delete cascade,
    state     text    not null default 'waiting' check (state in ('waiting', 'queued', 'skipped')),
    note      text,
    attempt   integer, -- the claims the event had when it was queued: any later one is the replay's
    queued_at timestamptz,
    primary key (replay_id, event_no)
);
create index replay_item_waiting on webhooks.replay_item (replay_id, event_no) where state = 'waiting';

-- How far a list of a service's events has been read.
create table webhooks.cursor (
    name       text        primary key,
    position   timestamptz not null,
    updated_at timestamptz not null
);
