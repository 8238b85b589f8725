-- The links of provider chains, as all nodes see them: what the breaker last did, and whether somebody or something has
-- switched the link off.
create table spending.link_state (
    link        text        primary key,
    breaker     text        not null default 'closed' check (breaker in ('closed', 'open', 'half_open')),
    open_until  timestamptz,          -- while open: when one node may probe; while half open: when the probe is given up
    probed_by   text,                 -- the node whose probe is under way
    off_reason  text        check (off_reason in ('operator', 'authentication', 'unfunded', 'retired')),
    off_detail  text,
    off_until   timestamptz,          -- null: until an operator switches it on
    off_by      text,
    changed_at  timestamptz not null,
    version     bigint      not null default 1
);

-- How the links are used, by the hour; each node adds its own.
create table spending.link_use (
    link     text        not null,
    hour     timestamptz not null,
    calls    bigint      not null default 0,
    errors   bigint      not null default 0,
    millis   bigint      not null default 0, -- of all calls together
    primary key (link, hour)
);

-- What vendors allow in a window of time, and how much of it the hub has used.
create table spending.vendor_window (
    vendor       text        not null,
    unit         text        not null, -- requests or characters
    window_start timestamptz not null,
    seconds      bigint      not null,
    used         bigint      not null,
    primary key (vendor, unit, seconds, window_start)
);
