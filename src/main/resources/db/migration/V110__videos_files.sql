-- Files of videos under hub.videos.storage; they are named by what is in them, so two rows may share a file.
create table videos.file (
    video_id     uuid        not null,
    kind         text        not null check (kind in ('narration', 'clip', 'captions', 'thumbnail', 'video')),
    name         text        not null default '', -- tells files of one kind apart
    sha256       text        not null,
    bytes        bigint      not null check (bytes >= 0),
    type         text        not null,            -- of its content, as HTTP names it
    created_at   timestamptz not null,
    primary key (video_id, kind, name)
);
create index file_content on videos.file (sha256);

-- The folder's probe: a node whose folder has not the file with this id sees another folder, or none.
create table videos.storage (
    one   boolean primary key default true check (one),
    probe uuid    not null
);
