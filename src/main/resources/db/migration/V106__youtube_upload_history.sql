-- What happened to an upload, in the order it happened: channels it was tried with, sessions, and why one ended.
create table youtube.upload_event (
    id         bigint generated always as identity primary key,
    upload_id  uuid        not null references youtube.upload on delete cascade,
    kind       text        not null,
    channel_id uuid,
    detail     text,
    at         timestamptz not null
);
create index upload_event_upload on youtube.upload_event (upload_id, id);
