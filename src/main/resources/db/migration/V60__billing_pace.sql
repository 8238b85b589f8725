-- When the next request in mass may go to Stripe, whichever node sends it. Worth nothing after a crash: not logged.
create unlogged table billing.pace (
    what    text        primary key,
    next_at timestamptz not null
);
