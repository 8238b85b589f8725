-- Thumbnails that were made: to be fetched, and so that the same one need not be paid twice.
create table content.thumbnail (
    id         uuid        primary key,
    owner      uuid,                    -- null: the fleet's; nobody is answered with another owner's picture
    request    text        not null,    -- hash of all that was asked, its owner included
    video_id   text,
    jpeg       bytea       not null,
    webp       bytea,                   -- null when it could not be made
    provider   text        not null,
    link       text        not null,
    model      text,                    -- null when the hub drew it itself
    quality    text        not null,
    created_at timestamptz not null
);
create index thumbnail_request on content.thumbnail (request, created_at desc);
create index thumbnail_age on content.thumbnail (created_at);

-- Who is making a thumbnail right now; the same request elsewhere waits for it.
create table content.thumbnail_claim (
    request     text        primary key,
    holder      uuid        not null,
    lease_until timestamptz not null     -- by the database's clock
);
