-- While there is a row, no new video is begun; those under way go on.
create table videos.pause (
    one    boolean     primary key default true check (one),
    since  timestamptz not null,
    by     text        not null,
    reason text        not null
);
