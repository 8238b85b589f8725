-- Which channels the hub is told of by WebSub, and what it knows of their videos.
create schema youtube;

create table youtube.subscription (
    id            bigint generated always as identity primary key,
    channel_id    text        not null,
    topic         text        not null, -- as it was asked for: what a verification must name
    token_hash    bytea       not null unique, -- SHA-256 of the token in the callback
    token_sealed  text,                 -- for renewals; gone with the subscription
    secret_sealed text,
    -- requested: asked for or about to be; ending: to be given up; ended: its token answers 410
    state         text        not null check (state in ('requested', 'verified', 'denied', 'ending', 'ended')),
    reason        text,                 -- the hub's, when it denied
    requested_by  text        not null,
    requested_at  timestamptz not null,
    due_at        timestamptz,          -- when the hub is asked (again): a retry, or the renewal
    tries         integer     not null default 0, -- requests since the last verification
    asked_at      timestamptz,
    error         text,                 -- of the last request
    verified_at   timestamptz,          -- first time
    lease_until   timestamptz,
    last_notice_at timestamptz,
    poll_due_at   timestamptz not null, -- when the feed itself is read, unless a notice comes before
    last_poll_at  timestamptz,
    poll_error    text,                 -- of the last poll
    silent_since  timestamptz,          -- the feed had what the hub did not push; until the next notice
    ended_at      timestamptz
);
create unique index subscription_live on youtube.subscription (channel_id)
    where state in ('requested', 'verified', 'denied');
create index subscription_due on youtube.subscription (due_at) where due_at is not null;
create index subscription_poll on youtube.subscription (poll_due_at) where state in ('requested', 'verified');

-- What a video is now, by the newest notice.
create table youtube.video (
    video_id      text        primary key,
    channel_id    text,                 -- unknown when a deletion is all that was told
    title         text,
    link          text,
    author        text,
    published_at  timestamptz,
    stamp         timestamptz not null, -- when it was changed or deleted, says YouTube
    deleted       boolean     not null,
    first_seen_at timestamptz not null,
    changed_at    timestamptz not null
);
create index video_channel on youtube.video (channel_id);

-- What happened to it, in the order it took effect.
create table youtube.video_event (
    id       bigint generated always as identity primary key,
    video_id text        not null references youtube.video,
    kind     text        not null check (kind in ('new', 'changed', 'deleted')),
    event_id text        not null,
    title    text,
    stamp    timestamptz not null,
    at       timestamptz not null
);
create index video_event_video on youtube.video_event (video_id, id);
