-- Plans operators have added to those of the settings. What is changed of them afterwards, and whether they are still sold,
-- is a changed setting like that of every plan. None is removed: there may be subscriptions.
create table billing.added_plan (
    name           text        primary key check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
    price          text        not null unique,          -- Stripe's id
    amount         bigint      not null check (amount >= 0), -- a month, in the smallest unit of the currency
    currency       text        not null,
    channels       integer     not null check (channels >= 0),
    videos_per_day integer     not null check (videos_per_day >= 0),
    trial_days     integer     not null check (trial_days >= 0),
    features       text        not null,                 -- by comma, or none
    added_by       text        not null,
    added_at       timestamptz not null
);
