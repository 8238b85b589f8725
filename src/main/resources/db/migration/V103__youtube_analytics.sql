-- What YouTube counted, once a day: of a channel and of each of its videos, in all until then.
create table youtube.channel_statistics (
    channel_id    uuid        not null references youtube.channel on delete cascade,
    day           date        not null,
    subscribers   bigint,               -- null: the channel hides it
    views         bigint      not null,
    videos        bigint      not null,
    watch_minutes bigint,               -- null: the consent does not cover it
    at            timestamptz not null,
    primary key (channel_id, day)
);
create table youtube.video_statistics (
    channel_id    uuid        not null references youtube.channel on delete cascade,
    video_id      text        not null, -- YouTube's
    day           date        not null,
    views         bigint      not null,
    likes         bigint,               -- null: hidden, as are comments
    comments      bigint,
    watch_minutes bigint,
    at            timestamptz not null,
    primary key (video_id, day)
);
create index video_statistics_channel on youtube.video_statistics (channel_id, day);
