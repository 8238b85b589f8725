-- Everything by which the hub writes at Stripe. A row is committed before anything is sent; what a crash or an outage
-- leaves unfinished is found here.
create table billing.command (
    no             bigint      generated always as identity unique, -- the order within a lane
    id             uuid        primary key,
    kind           text        not null,
    business_key   text        not null unique, -- one command a business operation, ever
    customer       text,
    user_id        uuid,
    actor          text        not null,
    lane           text        not null, -- commands of one lane are sent one after the other: the customer's, else the user's
    exclusive      text,                 -- of commands with the same, one may be open: two purchases of a subscription
    object_id      text,                 -- what is changed at Stripe; null for what is created
    parameters     jsonb       not null, -- never changed: Stripe's key may not be used with others
    stripe_key     text        not null, -- of the business operation; at most 255 characters with its number
    stripe_key_no  integer     not null default 0, -- a next key after Stripe may have forgotten this one or saved a failure
    stripe_key_at  timestamptz,          -- when this key was sent first
    look_up        boolean     not null default false, -- look what Stripe has before it is sent again
    state          text        not null check (state in ('waiting', 'sending', 'abandoned', 'done', 'failed', 'manual')),
    attempt        integer     not null default 0, -- counts the claims: only the last claim may settle
    failures       integer     not null default 0, -- those that count; none do while Stripe as a whole is down
    due_at         timestamptz not null,
    node           text,
    lease_until    timestamptz,          -- by the database's clock
    sent_at        timestamptz,          -- the last attempt
    result_id      text,                 -- the object Stripe answered with
    answer_status  integer,
    answer         jsonb,                -- what the API answers for it
    error_code     text,
    decline_code   text,
    error          text,
    stripe_request text,
    created_at     timestamptz not null,
    settled_at     timestamptz
);
create unique index command_one_at_a_time on billing.command (lane) where state = 'sending';
create unique index command_exclusive on billing.command (exclusive) where state in ('waiting', 'sending', 'manual');
create index command_open on billing.command (lane, no) where state in ('waiting', 'sending');
create index command_customer on billing.command (customer, no);
create index command_state on billing.command (state, no) where state in ('waiting', 'sending', 'manual');

-- What each caller asked for under an Idempotency-Key: the same question has the same answer.
create table billing.request (
    caller        text        not null,
    key           text        not null,
    id            uuid        not null unique, -- names the business operation, whatever becomes of this run
    operation     text        not null,
    hash          text        not null, -- of operation and body
    command_id    uuid,                 -- whose answer is the answer
    answer_status integer,              -- or the answer itself, when nothing had to be sent
    answer        jsonb,
    lease_until   timestamptz not null, -- by the database's clock: who works on it dies with it
    created_at    timestamptz not null,
    primary key (caller, key)
);
create index request_age on billing.request (created_at);

-- How many queued commands all nodes together have sent in the present second.
create table billing.command_pace (
    one    boolean     primary key default true check (one),
    second timestamptz not null,
    taken  integer     not null
);
insert into billing.command_pace (second, taken) values ('epoch', 0);
