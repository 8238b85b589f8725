-- What was handed in about a dispute, and by whom. The dispute itself is in the mirror.
create table billing.dispute_evidence (
    id        uuid        primary key, -- of the command that sends it
    dispute   text        not null,
    evidence  jsonb       not null,
    final     boolean     not null,    -- handed in for good; else only kept at Stripe
    actor     text        not null,
    at        timestamptz not null
);
create index dispute_evidence_dispute on billing.dispute_evidence (dispute, at);
