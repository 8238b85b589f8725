-- What somebody must know of, what operators did, and what they changed.

-- One open row for each trouble; replaces webhooks.alert.
create table operations.alert (
    id            bigint      generated always as identity primary key,
    kind          text        not null,
    service       text        not null,
    subject       text        not null,
    audience      text        not null check (audience in ('operators', 'finance')),
    level         text        not null default 'warning' check (level in ('warning', 'critical')),
    message       text        not null,
    page          text        not null default '/operations',
    due_at        timestamptz,
    quiet_seconds bigint,               -- over when it was not seen for so long; null: when a person says so
    raised_at     timestamptz not null,
    last_at       timestamptz not null,
    times         integer     not null default 1,
    told_at       timestamptz,          -- people were told last
    told_level    text,
    told          integer     not null default 0,
    closed_by     text,
    closed_at     timestamptz,
    end_told      boolean     not null default false
);
create unique index alert_open on operations.alert (kind, service, subject) where closed_at is null;
create index alert_closed on operations.alert (closed_at) where closed_at is not null;
create index alert_end on operations.alert (id) where closed_at is not null and not end_told;

insert into operations.alert (kind, service, subject, audience, message, due_at, raised_at, last_at, times)
select kind, service, subject, audience, message, due_at, raised_at, last_at, times
  from webhooks.alert where closed_at is null;

-- A node of the version before still writes there.
create function operations.take_alert() returns trigger language plpgsql as
$$ begin
    if new.closed_at is not null then
        update operations.alert set closed_at = new.closed_at, closed_by = new.closed_by
         where kind = new.kind and service = new.service and subject = new.subject and closed_at is null;
    else
        insert into operations.alert as a (kind, service, subject, audience, message, due_at, raised_at, last_at)
        values (new.kind, new.service, new.subject, new.audience, new.message, new.due_at, new.raised_at, new.last_at)
        on conflict (kind, service, subject) where closed_at is null
        do update set times = a.times + 1, last_at = excluded.last_at;
    end if;
    return null;
end $$;
create trigger alert_moves after insert or update on webhooks.alert
    for each row execute function operations.take_alert();

-- Messages about alerts to the webhook of those who run the hub.
create table operations.alert_post (
    id          uuid        primary key,
    alert_id    bigint      not null references operations.alert on delete cascade,
    body        text        not null,
    state       text        not null check (state in ('waiting', 'sent', 'failed')),
    attempts    integer     not null default 0,
    due_at      timestamptz not null,
    lease_until timestamptz,            -- by the database's clock
    result      text,
    created_at  timestamptz not null
);
create index alert_post_due on operations.alert_post (due_at) where state = 'waiting';

-- What operators did.
create table operations.audit (
    id         bigint      generated always as identity primary key,
    at         timestamptz not null,
    who        text        not null,
    source     text        not null check (source in ('page', 'api', 'console')),
    action     text        not null,
    target     text,
    detail     jsonb,
    outcome    text        not null check (outcome in ('begun', 'done', 'failed')),
    result     text,
    ended_at   timestamptz,
    request_id text
);
create index audit_at on operations.audit (at);

-- Settings an operator has changed; the others stand in application.yml.
create table operations.changed_setting (
    name       text        primary key,
    value      text        not null,
    changed_by text        not null,
    changed_at timestamptz not null
);

-- Work that one node at a time does once in a while.
create table operations.turn (
    name    text        primary key,
    next_at timestamptz not null
);
