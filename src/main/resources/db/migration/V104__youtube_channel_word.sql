-- What a person said about a channel outlives its other states, and a removal. Consents end at Google as well.

alter table youtube.channel add column out_reason text; -- a person has taken it out, until a person brings it back
update youtube.channel set out_reason = reason where state = 'out';

alter table youtube.channel_token add column lease_holder uuid; -- of lease_until; only the holder may write

-- Consents that are to be ended at Google; the row goes when that is done.
create table youtube.withdrawal (
    channel_id   uuid        primary key references youtube.channel on delete cascade,
    token_sealed text        not null,
    due_at       timestamptz not null,
    tries        integer     not null default 0,
    created_at   timestamptz not null
);
