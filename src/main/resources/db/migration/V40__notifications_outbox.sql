-- What leaves the hub for people and for analytics.
create schema notifications;

-- Written in the transaction of what it tells of; delivered afterwards, as often as it takes, by its stable key.
create table notifications.outbox (
    id          bigint      generated always as identity primary key,
    channel     text        not null check (channel in ('mail', 'mixpanel', 'amplitude')),
    key         text        not null, -- of the business event: one message a channel and key, ever
    user_id     uuid,
    payload     jsonb       not null,
    state       text        not null check (state in ('waiting', 'sending', 'sent', 'failed', 'dropped')),
    attempts    integer     not null default 0,
    due_at      timestamptz not null,
    node        text,
    lease_until timestamptz,
    result      text,                 -- the vendor's id of it, or why it was not sent
    created_at  timestamptz not null,
    sent_at     timestamptz,
    unique (channel, key)
);
create index outbox_due on notifications.outbox (channel, due_at, id) where state in ('waiting', 'sending');

-- The hub's own record of what users did; complete whether or not an analytics vendor is configured.
create table notifications.event (
    id         bigint      generated always as identity primary key,
    key        text        not null unique,
    name       text        not null,
    user_id    uuid,
    at         timestamptz not null,
    properties jsonb       not null,
    created_at timestamptz not null
);
