-- What leaves the hub for people and for analytics.
create schema notifications;

-- Written in the transaction of what it tells of; delivered afterwards, as often as it takes, by its stable key.
create table notifications.outbox (
    id           bigint      generated always as identity primary key,
    channel      text        not null check (channel in ('mail', 'mixpanel', 'amplitude')),
    key          text        not null, -- of the business event: one message a channel and key, ever
    user_id      uuid,
    payload      jsonb       not null,
    state        text        not null check (state in ('waiting', 'sending', 'sent', 'failed', 'dropped')),
    attempts     integer     not null default 0, -- claims; the last one's number is its fencing token
    failures     integer     not null default 0, -- of those, failures that may pass
    share        integer     not null default 2000, -- goes in a batch of at most so many; halved when one is refused
    due_at       timestamptz not null,
    node         text,
    lease_until  timestamptz,          -- by the database's clock
    unsure_since timestamptz,          -- when it first went out without an answer: it may have arrived
    result       text,                 -- the vendor's id of it, or why it was not sent
    bounced      text,                 -- what came back after it was sent
    created_at   timestamptz not null,
    sent_at      timestamptz,
    unique (channel, key)
);
create index outbox_due on notifications.outbox (channel, due_at, id) where state in ('waiting', 'sending');
create index outbox_age on notifications.outbox (channel, created_at) where state = 'waiting';
create index outbox_user on notifications.outbox (user_id, id);
create index outbox_result on notifications.outbox (result) where channel = 'mail' and state = 'sent';

-- A channel that is left alone, on all nodes; no row: it is in use.
create table notifications.channel (
    channel    text        primary key,
    until      timestamptz not null, -- in use again from then on
    why        text        not null,
    key_hash   text,                 -- of the credentials that were refused: others are tried at once
    changed_at timestamptz not null
);

-- When the next request may go to a vendor, whichever node sends it. Worth nothing after a crash: not logged.
create unlogged table notifications.pace (
    channel text        primary key,
    next_at timestamptz not null
);

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
create index event_user on notifications.event (user_id, at);
create index event_name on notifications.event (name, at);
