-- Videos on their way from a topic to YouTube. Whoever works on one holds a claim: a lease by the database's clock and
-- a number; with another number nothing is written.
create table videos.video (
    id                      uuid          primary key,
    no                      bigint        generated always as identity unique,
    owner                   uuid,                    -- null: the fleet's, for operators
    created_by              text          not null,
    channel_id              uuid,                    -- the only one that may take it; null: the best one that may
    topic                   text          not null,
    topic_key               text          not null,  -- letters and digits alone, to find a topic again
    style                   text,
    duration_target         integer       not null check (duration_target > 0),
    aspect                  text          not null check (aspect in ('16:9', '9:16')),
    voice                   text,
    high_value              boolean       not null,
    privacy                 text          not null check (privacy in ('public', 'unlisted', 'private')),
    publish                 text          not null check (publish in ('now', 'at', 'hold')),
    publish_at              timestamptz,
    plan_day                date          not null,  -- of hub.zone; counts towards the plan's videos a day
    title                   text,
    description             text,
    tags                    text,                    -- comma-separated, as YouTube takes them
    script                  text,
    state                   text          not null check (state in ('queued', 'processing', 'waiting_approval',
                                          'upload_queued', 'uploading', 'completed', 'failed', 'cancelled')),
    hold_reason             text          check (hold_reason in ('quality', 'requested', 'speech')),
    approved                boolean       not null default false,
    error_code              text,
    error_message           text,
    quality_score           numeric(5, 4) check (quality_score between 0 and 1),
    duration_seconds        numeric(12, 3),
    queue_place             bigint,
    upload_percent          integer,
    youtube_channel         uuid,
    youtube_id              text,
    youtube_url             text,
    due_at                  timestamptz   not null,
    attempt                 integer       not null default 0, -- counts the claims
    failures                integer       not null default 0, -- of the step under way that may pass
    node                    text,
    lease_until             timestamptz,
    processing_started_at   timestamptz,
    processing_completed_at timestamptz,
    created_at              timestamptz   not null,
    updated_at              timestamptz   not null,
    media_removed_at        timestamptz,
    deleted_at              timestamptz
);
create index video_due on videos.video (due_at, no) where state in ('queued', 'processing');
create index video_owner on videos.video (owner, no) where deleted_at is null;
create index video_plan on videos.video (owner, plan_day);
create index video_topic on videos.video (owner, topic_key);
create index video_old on videos.video (processing_completed_at) where state = 'completed' and media_removed_at is null;

-- What has been made of a video. A step that is done is never made again, unless what it made is lost or not wanted.
create table videos.step (
    video_id     uuid    not null references videos.video,
    step         text    not null check (step in ('script', 'metadata', 'speech', 'thumbnail', 'assembly', 'quality',
                         'upload')),
    state        text    not null check (state in ('pending', 'running', 'done', 'failed')),
    attempt      integer not null default 0,
    result       jsonb,
    cost         numeric(14, 6) not null default 0, -- of all attempts together
    currency     text    not null default 'usd',
    error        text,
    started_at   timestamptz,
    completed_at timestamptz,
    primary key (video_id, step)
);

-- What happened, for those who watch. Written under the lock of the video's row, so numbers of one video appear in order.
create table videos.event (
    no       bigint      generated always as identity primary key,
    video_id uuid        not null references videos.video,
    at       timestamptz not null,
    type     text        not null,
    data     jsonb       not null
);
create index event_video on videos.event (video_id, no);

create function videos.append_only() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger event_append_only before update or delete or truncate on videos.event
    for each statement execute function videos.append_only();

-- By one of these a browser is let in to watch one video, once: it can send no header with such a request.
create table videos.ticket (
    hash       text        primary key,
    video_id   uuid        not null,
    expires_at timestamptz not null
);
create index ticket_age on videos.ticket (expires_at);
