-- One case for each invoice of a subscription whose payment failed, from the first failure to its end.
create table billing.dunning_case (
    invoice        text        primary key,
    subscription   text        not null,
    customer       text        not null,
    user_id        uuid        not null,
    state          text        not null check (state in ('open', 'suspended', 'ended')),
    failures       integer     not null, -- attempts that failed, whoever made them
    started_at     timestamptz not null, -- day 0
    last_failed_at timestamptz not null,
    decline_code   text,
    hold           text        check (hold in ('new_card', 'authentication')), -- what must come before another try
    slot           integer     not null, -- the planned try that is next
    next_at        timestamptz,          -- when the hub has something to do; null: it waits for others
    tries          integer     not null, -- asked of Stripe by the hub
    customer_card     text,              -- the default cards that are known to have failed
    subscription_card text,
    pay_with       text,                 -- the card that came after them
    suspended_at   timestamptz,
    ended_at       timestamptz,
    end_reason     text,
    two_owners_at  timestamptz,          -- when Stripe was seen to retry as well
    check ((state = 'ended') = (ended_at is not null))
);
create index dunning_case_due on billing.dunning_case (next_at) where state <> 'ended' and next_at is not null;
create index dunning_case_subscription on billing.dunning_case (subscription) where state <> 'ended';
create index dunning_case_customer on billing.dunning_case (customer) where state <> 'ended';

-- The attempts counted, so that an attempt told of twice counts once.
create table billing.dunning_failure (
    invoice      text        not null,
    attempt      text        not null, -- the charge that failed
    failed_at    timestamptz not null,
    decline_code text,
    primary key (invoice, attempt)
);
