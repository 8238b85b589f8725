-- What Google allows of its API, what it has been used for, and what is reserved. An owner of quota is 'project:<name>' or
-- 'channel:<id>', as the bucket's scope says; a day is one of America/Los_Angeles.

-- Rules an operator has added; the usual ones stand in the settings. The latest whose date has come is in force.
create table youtube.quota_cost (
    method     text        not null, -- videos.insert
    valid_from date        not null,
    bucket     text        not null,
    units      integer     not null check (units >= 0),
    use        text        not null, -- whose share of the bucket it takes
    changed_by text        not null,
    changed_at timestamptz not null,
    primary key (method, valid_from)
);
create table youtube.quota_limit (
    bucket     text        not null,
    project    text        not null default '', -- '' for all that have no row of their own
    valid_from date        not null,
    scope      text        not null check (scope in ('project', 'channel')),
    units      integer     not null check (units >= 0),
    shares     jsonb       not null, -- percent by use
    changed_by text        not null,
    changed_at timestamptz not null,
    primary key (bucket, project, valid_from)
);

-- How much of a share is gone. used and reserved are kept sums of quota_hold and of quota_entry's single calls.
create table youtube.quota_use (
    owner    text    not null,
    bucket   text    not null,
    day      date    not null,
    use      text    not null,
    used     integer not null default 0 check (used >= 0),
    reserved integer not null default 0 check (reserved >= 0),
    most     integer not null, -- the share's size when it was last taken from
    primary key (day, owner, bucket, use)
) with (fillfactor = 70);

-- What happened to a bucket on a day; closed_at and its size when the day is over.
create table youtube.quota_day (
    owner            text        not null,
    bucket           text        not null,
    day              date        not null,
    spent_at         timestamptz, -- YouTube said that it is spent, whatever the sums say
    spent_by         text,        -- the method it said so to
    emergency_at     timestamptz, -- an operator released the emergency share
    emergency_by     text,
    emergency_reason text,
    closed_at        timestamptz,
    most             integer,     -- the bucket's size on that day
    primary key (day, owner, bucket)
);

-- A call that is to be made for an upload, from its reservation to its end.
create table youtube.quota_hold (
    id          uuid        primary key,
    upload_id   uuid        not null,
    channel_id  uuid        not null references youtube.channel,
    method      text        not null,
    owner       text        not null,
    bucket      text        not null,
    use         text        not null,
    units       integer     not null,
    day         date        not null,
    slot_at     timestamptz,          -- the channel's slot of 24 hours that comes with it
    state       text        not null check (state in ('reserved', 'sent', 'settled', 'released', 'booked')),
    lease_until timestamptz not null, -- by the database's clock
    created_at  timestamptz not null,
    ended_at    timestamptz
);
create unique index quota_hold_open on youtube.quota_hold (upload_id, method) where state in ('reserved', 'sent');
create index quota_hold_lease on youtube.quota_hold (lease_until) where state in ('reserved', 'sent');
create index quota_hold_channel on youtube.quota_hold (channel_id, created_at);

-- The ledger. Append-only; what is old enough may go, since quota_day keeps how each day ended.
create table youtube.quota_entry (
    id         bigint      generated always as identity primary key,
    hold_id    uuid,                 -- null: a single call, booked before it was made
    channel_id uuid        not null,
    method     text        not null,
    owner      text        not null,
    bucket     text        not null,
    use        text        not null,
    day        date        not null,
    kind       text        not null check (kind in ('reserved', 'sent', 'settled', 'released', 'booked', 'taken')),
    units      integer     not null,
    at         timestamptz not null
);
create index quota_entry_day on youtube.quota_entry (day);
create index quota_entry_channel on youtube.quota_entry (channel_id, at);

create function youtube.append_only() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger quota_entry_append_only before update or truncate on youtube.quota_entry
    for each statement execute function youtube.append_only();
create function youtube.old_enough() returns trigger language plpgsql as
$$ begin
    if old.day > current_date - 30 then raise exception '% of % is append-only', tg_table_name, old.day; end if;
    return old;
end $$;
create trigger quota_entry_kept before delete on youtube.quota_entry
    for each row execute function youtube.old_enough();
