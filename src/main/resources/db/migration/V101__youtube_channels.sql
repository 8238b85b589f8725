-- Channels the hub may publish on, their OAuth tokens, and consents that were asked for.

create table youtube.channel (
    id              uuid        primary key,
    user_id         uuid,                 -- whose it is; null: the fleet's
    project         text        not null, -- the Google Cloud project whose client was given the consent; its quota is used
    youtube_id      text,                 -- null until YouTube has told it
    title           text,
    -- connecting: consented, not yet known to YouTube; unhealthy: too many failed calls; suspended: by YouTube;
    -- revoked: its owner must consent again; out: taken out by a person; removed: given up, its tokens are gone
    state           text        not null check (state in
                        ('connecting', 'active', 'unhealthy', 'suspended', 'revoked', 'out', 'removed')),
    reason          text,
    state_since     timestamptz not null,
    reserve         boolean     not null,
    uploads_per_day integer     not null check (uploads_per_day >= 0), -- in any 24 hours
    slots           timestamptz[] not null default '{}', -- rising: the uploads of the last 24 hours; its truth is quota_hold
    last_upload_at  timestamptz,
    out_until       timestamptz,          -- YouTube takes no more uploads before
    failures        integer     not null default 0, -- the last calls, the newest in the lowest bit: 1 failed
    good_checks     integer     not null default 0, -- in a row
    check_due_at    timestamptz not null,
    checked_at      timestamptz,
    connected_by    text        not null,
    created_at      timestamptz not null
) with (fillfactor = 70); -- each call changes a row: room for it beside the old version
create unique index channel_live on youtube.channel (youtube_id)
    where youtube_id is not null and state not in ('connecting', 'removed');
create index channel_owner on youtube.channel (user_id);

create table youtube.channel_token (
    channel_id     uuid        primary key references youtube.channel on delete cascade,
    refresh_sealed text        not null,
    access_sealed  text        not null,
    access_until   timestamptz not null,
    scopes         text        not null, -- as granted, by blanks
    refreshed_at   timestamptz not null,
    due_at         timestamptz not null, -- when it is refreshed (again)
    lease_until    timestamptz,          -- by the database's clock: somebody is refreshing it
    error          text
);
create index channel_token_due on youtube.channel_token (due_at);

-- A consent link, good once and for a short time.
create table youtube.consent (
    state_hash      bytea       primary key, -- SHA-256 of what comes back in the callback
    browser_hash    bytea       not null,    -- SHA-256 of the cookie of the browser that asked for the link
    user_id         uuid,                    -- who gets the channel; null: the fleet
    channel_id      uuid        references youtube.channel on delete cascade, -- which is to be connected again; null: a new one
    project         text        not null,
    reserve         boolean     not null,
    verifier_sealed text        not null,    -- RFC 7636
    asked_by        text        not null,
    asked_at        timestamptz not null,
    expires_at      timestamptz not null,
    used_at         timestamptz
);
create index consent_age on youtube.consent (expires_at);

-- What happened to a channel, and by whom.
create table youtube.channel_event (
    id         bigint      generated always as identity primary key,
    channel_id uuid        not null references youtube.channel on delete cascade,
    state      text        not null,
    reason     text,
    actor      text        not null,
    at         timestamptz not null
);
create index channel_event_channel on youtube.channel_event (channel_id, id);
