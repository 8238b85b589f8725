-- Stock clips and photos that searches have found, and what was found by which search.
create schema media;

create table media.asset (
    id        text        primary key, -- pexels_123, for photos pexels_photo_123: vendors number the two apart
    type      text        not null check (type in ('video', 'photo')),
    provider  text        not null,
    vendor_id text        not null,
    url       text        not null,    -- of the file; of a paid asset the preview, which bears a watermark
    thumbnail text,
    seconds   integer,                 -- null for photos
    width     integer,                 -- null when the vendor does not tell
    height    integer,
    author    text        not null,
    licence   text        not null,    -- its name
    page      text        not null,    -- where the vendor shows it
    paid      boolean     not null,    -- whether it has to be bought before it is used
    seen_at   timestamptz not null
);
create index asset_age on media.asset (seen_at);

-- What a vendor answered to a search; asked of it again only when this has grown old.
create table media.search (
    key      text        primary key, -- hash of the link and of all that was asked, without keys
    link     text        not null,
    found_at timestamptz not null
);
create index search_age on media.search (found_at);

create table media.search_result (
    key      text    not null references media.search on delete cascade,
    position integer not null,
    asset_id text    not null references media.asset,
    primary key (key, position)
);
create index search_result_asset on media.search_result (asset_id);
