-- What is to be, is being and has been uploaded. The row comes before anything is asked of YouTube.
create table youtube.upload (
    id               uuid        primary key,
    no               bigint      generated always as identity, -- the order of the queue
    video_id         uuid        not null, -- of the area videos
    owner_id         uuid,                 -- the user; null: an operator's video
    wanted_channel   uuid,                 -- null: whichever of the owner's is best
    lane             text        not null, -- whoever is in the same one waits for the same channels
    marker           text        not null unique, -- travels with the video, so that it is known again without its id
    file             text        not null,
    bytes            bigint      not null check (bytes > 0),
    sha256           text        not null,
    thumbnail        text,
    captions         text,
    title            text        not null,
    description      text        not null,
    tags             text[]      not null, -- as they are wanted, without the marker
    category         text        not null,
    language         text,
    privacy          text        not null check (privacy in ('public', 'unlisted', 'private')),
    publish_at       timestamptz check (publish_at is null or privacy = 'private'),
    made_for_kids    boolean     not null,
    synthetic_media  boolean     not null,
    state            text        not null check (state in ('queued', 'waiting_quota', 'uploading', 'finishing',
                                                           'watching', 'published', 'failed', 'cancelled')),
    due_at           timestamptz,          -- when the next thing is to be done; null when nothing is
    expected_at      timestamptz,          -- waiting_quota: the reset after which there is quota again
    attempt          integer     not null default 0, -- counts the claims; only the latest one may write
    node             text,
    lease_until      timestamptz,          -- by the database's clock
    failures         integer     not null default 0, -- in a row, without progress
    since            timestamptz not null, -- of the last progress
    channel_id       uuid,
    session_sealed   text,                 -- the address the bytes are sent to
    session_at       timestamptz,
    confirmed        bigint      not null default 0, -- bytes YouTube said it has
    all_sent_at      timestamptz,          -- set before the last byte leaves: from then on the video may exist
    looks            integer     not null default 0, -- times the marker was looked for since the session was gone
    bytes_per_second bigint,
    cancel_asked_at  timestamptz,
    youtube_id       text        unique,
    thumbnail_state  text        not null check (thumbnail_state in ('none', 'wanted', 'set', 'refused')),
    captions_state   text        not null check (captions_state in ('none', 'wanted', 'set', 'refused')),
    details_state    text        not null default 'wanted' check (details_state in ('wanted', 'set', 'refused')),
    note             text,                 -- what was refused although the video stands, and why
    code             text,                 -- why it failed or waits, for programs
    reason           text,                 -- the same for people
    queued_at        timestamptz not null,
    started_at       timestamptz,          -- of the latest session
    uploaded_at      timestamptz,
    ended_at         timestamptz,
    changed_at       timestamptz not null
);
-- one at a time for a video; a new file of it may follow one that failed
create unique index upload_of_video on youtube.upload (video_id) where state not in ('failed', 'cancelled');
create index upload_video on youtube.upload (video_id, no);
create index upload_lane on youtube.upload (lane, no) where state in ('queued', 'waiting_quota');
create index upload_due on youtube.upload (due_at) where state in ('uploading', 'finishing', 'watching');
create index upload_lease on youtube.upload (lease_until) where lease_until is not null;
create index upload_owner on youtube.upload (owner_id, no);
create index upload_channel on youtube.upload (channel_id, no);
