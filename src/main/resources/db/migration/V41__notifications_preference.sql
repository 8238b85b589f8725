-- What a user wants of the mails that are not about his account or his money; no row: he wants them.
create table notifications.preference (
    user_id    uuid        not null,
    topic      text        not null check (topic in ('retention', 'product_news')),
    wanted     boolean     not null,
    changed_by text        not null, -- the user, or the link in a mail
    changed_at timestamptz not null,
    primary key (user_id, topic)
);

-- Addresses nothing is sent to any more: their mail server refuses them, or their owner calls our mail spam.
create table notifications.blocked_address (
    address_hash bytea       primary key, -- SHA-256 of the address in lower case
    masked       text        not null,
    why          text        not null check (why in ('bounced', 'complained', 'suppressed')),
    detail       text,
    since        timestamptz not null,
    lifted_at    timestamptz,
    lifted_by    text
);

-- What the link in a user's mails of a topic bears: always the same, so that a repeated mail is the same mail.
create table notifications.unsubscribe_link (
    token   text primary key,
    user_id uuid not null,
    topic   text not null,
    unique (user_id, topic)
);
