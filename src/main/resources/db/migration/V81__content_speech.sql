-- Texts that were spoken. A part is what one request speaks, in one voice; it is paid for once.
create table content.speech_part (
    key         text        primary key, -- hash of voice and text
    heard       text        not null,    -- hash of the text as a listener hears it, in whatever voice
    sound       text        not null,    -- voice, model and settings: parts of one sound can be joined
    provider    text        not null,
    voice       text        not null,
    model       text,
    quality     integer     not null,
    audio       bytea,                   -- MP3 frames; null: it is being spoken
    millis      bigint,
    phrase      boolean     not null default false, -- prepared for times when nobody speaks; stays
    used_at     timestamptz not null,
    holder      uuid,                    -- of the call that speaks it
    lease_until timestamptz              -- by the database's clock; then another call may speak it
);
create index speech_part_heard on content.speech_part (heard) where audio is not null;
create index speech_part_used on content.speech_part (used_at);
create index speech_part_holder on content.speech_part (holder) where holder is not null;
-- audio is compressed as it is
alter table content.speech_part alter column audio set storage external;

create table content.speech (
    id         uuid        primary key,
    owner      uuid,                    -- null: the fleet's
    video_id   text,
    parts      text[]      not null,    -- keys, in order; none: silence
    millis     bigint      not null,
    created_at timestamptz not null
);
create index speech_age on content.speech (created_at);
