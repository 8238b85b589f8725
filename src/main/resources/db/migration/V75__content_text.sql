-- Texts that were made, so that they need not be made again.
create extension if not exists pg_trgm;
create schema content;

create table content.text (
    id         bigint         generated always as identity primary key,
    owner      uuid,                    -- null: the fleet's; nobody is answered with another owner's text
    type       text           not null check (type in ('script', 'description', 'title', 'tags')),
    request    text           not null, -- hash of all that was asked
    prompt     text           not null,
    level      text           not null,
    text       text           not null,
    provider   text           not null,
    link       text           not null,
    model      text,
    quality    text           not null,
    tokens     integer,
    created_at timestamptz    not null
);
create index text_request on content.text (request, created_at desc);
create index text_similar on content.text using gin (prompt gin_trgm_ops);
create index text_age on content.text (created_at);
