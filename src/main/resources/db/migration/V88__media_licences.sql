-- Every clip and photo that is used, and by what right: bought once per asset and size, ever.
create table media.licence (
    licence_no     bigint         generated always as identity primary key,
    asset_id       text           not null references media.asset,
    size           text           not null,
    state          text           not null check (state in ('open', 'bought')), -- a free licence is bought for nothing
    claim          bigint         not null default 0, -- who holds it may talk to the vendor about it
    claimed_by     text,                              -- the node
    claimed_until  timestamptz,                       -- by the database's clock
    sent_at        timestamptz,                       -- of a purchase whose outcome is not known
    reservation    uuid,                              -- of its money, as are the next four
    reserved_on    date,
    reserved_video text,
    reserved_user  uuid,
    bound          numeric(14, 6),
    cost           numeric(14, 6),                    -- once it is bought
    currency       text           not null default 'usd',
    url            text,                              -- of the file without a watermark
    url_until      timestamptz,                       -- null: it does not end
    bought_at      timestamptz,
    created_at     timestamptz    not null,
    unique (asset_id, size)
);

-- Which video uses it. The credit is what its description has to say.
create table media.licence_use (
    licence_no bigint      not null references media.licence,
    video_id   text        not null,
    user_id    uuid,                                  -- null: the fleet's
    credit     text        not null,
    used_at    timestamptz not null,
    primary key (licence_no, video_id)
);
create index licence_use_video on media.licence_use (video_id);
