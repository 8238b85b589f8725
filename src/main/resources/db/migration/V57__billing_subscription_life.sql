-- What the hub has told of a subscription. The mirror says how it is; the difference is what has happened to it.
create table billing.subscription_life (
    subscription   text        primary key,
    user_id        uuid        not null,
    state          jsonb       not null, -- as it was when the hub looked last
    started_at     timestamptz,          -- null while it has neither been paid nor on trial
    ended_at       timestamptz,
    changes        integer     not null, -- how often plan or quantity changed
    cancellations  integer     not null, -- how often it was cancelled: one that was taken back counts
    trial_told     timestamptz           -- the end of trial that was told of
);
create index subscription_life_user on billing.subscription_life (user_id);
