-- What the hub pays its vendors for: reserved before a call, settled after it, never above a limit.
create schema spending;

-- How much of a limit is used. spent is the sum of the cost rows of that scope, reserved that of its open attempts.
create table spending.budget (
    scope    text           not null check (scope in ('month', 'day', 'text_day', 'video', 'video_text', 'video_speech')),
    key      text           not null, -- 2026-11, 2026-11-21, or a video's id
    spent    numeric(14, 6) not null default 0,
    reserved numeric(14, 6) not null default 0 check (reserved >= 0),
    primary key (scope, key)
);

-- A paid call, from its reservation to its end.
create table spending.attempt (
    id            uuid           primary key,
    service       text           not null, -- whose bill it is: openai, google_tts, elevenlabs, stability, shutterstock
    kind          text           not null check (kind in ('text', 'speech', 'image', 'media')),
    operation     text           not null, -- script, title, speech, thumbnail, licence …
    link          text           not null,
    model         text,
    video_id      text,
    user_id       uuid,
    bound         numeric(14, 6) not null check (bound >= 0), -- it cannot cost more, as far as anybody knows
    business_date date           not null, -- whose day and month it counts in
    state         text           not null check (state in ('reserved', 'sent', 'settled', 'released', 'booked')),
    cost          numeric(14, 6),          -- settled: by the vendor's usage; booked: the bound, until usage says otherwise
    node          text           not null,
    begun_at      timestamptz    not null default now(), -- by the database's clock, as the lease
    lease_until   timestamptz    not null,
    created_at    timestamptz    not null,
    ended_at      timestamptz
);
create index attempt_open on spending.attempt (lease_until) where state in ('reserved', 'sent');
create index attempt_video on spending.attempt (video_id) where video_id is not null;

-- The ledger: what was paid. Append-only; a correction is a row of its own.
create table spending.cost (
    id            bigint         generated always as identity primary key,
    attempt_id    uuid           not null references spending.attempt,
    service       text           not null,
    kind          text           not null,
    operation     text           not null,
    video_id      text,
    user_id       uuid,
    units         numeric(14, 3) not null, -- tokens, characters, images, assets
    unit          text           not null,
    amount        numeric(14, 6) not null,
    currency      text           not null default 'usd',
    business_date date           not null,
    at            timestamptz    not null,
    note          text                     -- why, when it is not simply a call's cost
);
create index cost_day on spending.cost (business_date, service);
create index cost_video on spending.cost (video_id) where video_id is not null;

create function spending.append_only() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger cost_append_only before update or delete or truncate on spending.cost
    for each statement execute function spending.append_only();

-- Limits an operator has changed; the others stand in the settings.
create table spending.changed_limit (
    name       text           primary key,
    amount     numeric(14, 6) not null check (amount >= 0),
    changed_by text           not null,
    changed_at timestamptz    not null
);

-- Thresholds that were reached, once a day or month each.
create table spending.warning (
    name      text           not null,
    key       text           not null,
    threshold numeric(14, 6) not null,
    amount    numeric(14, 6) not null,
    raised_at timestamptz    not null,
    primary key (name, key, threshold)
);
